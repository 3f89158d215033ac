package io.ckpt.place;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.scheduler.Interval;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Packets to bytes and back: {@code struct ckpt_place_message}, in the byte order of the node. */
public final class PlaceCodec {
    /** Size of every packet. */
    public static final int SIZE = 1656;

    static final int MAGIC = 0x314b4350;

    static final int INTERVAL_AUTO = -1;

    /** Byte offset of each field, compared with the header by a test. */
    static final Map<String, Integer> OFFSETS = Map.ofEntries(
            Map.entry("magic", 0),
            Map.entry("type", 4),
            Map.entry("value", 8),
            Map.entry("flags", 16),
            Map.entry("uid", 20),
            Map.entry("gid", 24),
            Map.entry("generation", 28),
            Map.entry("interval_s", 32),
            Map.entry("keep", 36),
            Map.entry("monotonic_ns", 40),
            Map.entry("boottime_ns", 48),
            Map.entry("job", 56),
            Map.entry("directory", 120),
            Map.entry("text", 1144));

    private static final int JOB_ROOM = 64;
    private static final int DIRECTORY_ROOM = 1024;
    private static final int TEXT_ROOM = 512;

    private PlaceCodec() {}

    /**
     * @throws Fault USAGE when the name of the job or the directory is too long to be sent whole; a text is cut instead
     */
    public static byte[] encode(PlaceMessage message) {
        ByteBuffer packet = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
        Protection job = message.protection();
        packet.putInt(MAGIC).putInt(message.type().number()).putLong(message.value());
        packet.putInt(PlaceFlag.pack(message.flags())).putInt(job.uid()).putInt(job.gid());
        packet.putInt(job.generation()).putInt(seconds(job)).putInt(job.keep());
        packet.putLong(message.clocks().monotonic()).putLong(message.clocks().boottime());
        putWhole(packet, "job", JOB_ROOM, job.job());
        putWhole(packet, "directory", DIRECTORY_ROOM, job.directory());
        putCut(packet, "text", TEXT_ROOM, message.text());
        return packet.array();
    }

    /** @throws Fault USAGE when the bytes are no packet of this ABI */
    public static PlaceMessage decode(byte[] bytes) {
        if (bytes.length != SIZE) {
            throw notAPacket("has " + bytes.length + " bytes instead of " + SIZE);
        }
        ByteBuffer packet = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        if (packet.getInt(at("magic")) != MAGIC) {
            throw notAPacket("begins with 0x" + Integer.toHexString(packet.getInt(at("magic"))));
        }
        return new PlaceMessage(
                type(packet.getInt(at("type"))),
                packet.getLong(at("value")),
                PlaceFlag.unpack(packet.getInt(at("flags"))),
                protection(packet),
                new ClockOffsets(packet.getLong(at("monotonic_ns")), packet.getLong(at("boottime_ns"))),
                string(packet, "text", TEXT_ROOM));
    }

    private static Protection protection(ByteBuffer packet) {
        return new Protection(
                string(packet, "job", JOB_ROOM),
                packet.getInt(at("uid")),
                packet.getInt(at("gid")),
                packet.getInt(at("generation")),
                interval(packet.getInt(at("interval_s"))),
                packet.getInt(at("keep")),
                string(packet, "directory", DIRECTORY_ROOM));
    }

    private static Optional<Interval> interval(int seconds) {
        return switch (seconds) {
            case 0 -> Optional.empty();
            case INTERVAL_AUTO -> Optional.of(Interval.AUTO);
            default -> Optional.of(Interval.every(Duration.ofSeconds(Integer.toUnsignedLong(seconds))));
        };
    }

    private static PlaceType type(int number) {
        if (number < 1 || number > PlaceType.values().length) {
            throw notAPacket("is of unknown type " + number);
        }
        return PlaceType.values()[number - 1];
    }

    private static int seconds(Protection job) {
        return job.interval().map(PlaceCodec::seconds).orElse(0);
    }

    private static int seconds(Interval interval) {
        return interval instanceof Interval.Every every
                ? Math.toIntExact(every.time().toSeconds())
                : INTERVAL_AUTO;
    }

    private static void putWhole(ByteBuffer packet, String field, int room, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= room) {
            throw new Fault(
                    FaultCode.USAGE,
                    field + " \"" + text + "\" is longer than " + (room - 1) + " bytes",
                    "choose a shorter one");
        }
        packet.put(at(field), bytes);
    }

    private static void putCut(ByteBuffer packet, String field, int room, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        packet.put(at(field), bytes, 0, Math.min(bytes.length, room - 1));
    }

    private static String string(ByteBuffer packet, String field, int room) {
        byte[] bytes = new byte[room];
        packet.get(at(field), bytes);
        int length = 0;
        while (length < room && bytes[length] != 0) {
            length++;
        }
        if (length == room) {
            throw notAPacket("has no end of its field " + field);
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static int at(String field) {
        return OFFSETS.get(field);
    }

    private static Fault notAPacket(String what) {
        return new Fault(
                FaultCode.USAGE,
                "packet of ckpt-run " + what,
                "install ckpt-run and the engine from the same release of ckpt");
    }
}
