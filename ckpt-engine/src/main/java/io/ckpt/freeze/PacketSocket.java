package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import io.ckpt.procfs.ProcStat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A connected UNIX socket of type SOCK_SEQPACKET: packets with descriptors in them, and a peer known by the kernel.
 * Sending is allowed from any thread, receiving from one at a time.
 */
public final class PacketSocket implements AutoCloseable {
    /** Descriptors in one packet at most. */
    public static final int MOST_DESCRIPTORS = 16;

    /** Who connected, as the kernel recorded it (SO_PEERCRED, pid as this process sees it). */
    public record Peer(int pid, int uid, int gid) {}

    /** One packet and the descriptors that came with it, which are the receiver's to close. */
    public record Packet(byte[] bytes, List<Integer> descriptors) {}

    /** The two ends of a connection within this process. */
    public record Pair(PacketSocket first, PacketSocket second) {}

    private final int descriptor;
    private boolean closed;

    PacketSocket(int descriptor) {
        this.descriptor = descriptor;
    }

    public static PacketSocket connect(Path path) {
        int descriptor = LibCkpt.connect(NativeText.string(path.toString()));
        return new PacketSocket(KernelAnswer.require(descriptor, () -> path + ": connect"));
    }

    public static Pair pair() {
        int[] ends = new int[2];
        KernelAnswer.require(LibCkpt.socketpair(ends), () -> "socketpair");
        return new Pair(new PacketSocket(ends[0]), new PacketSocket(ends[1]));
    }

    /** Takes over a socket that came as a descriptor. */
    public static PacketSocket adopt(int descriptor) {
        return new PacketSocket(descriptor);
    }

    /** Its number in this process, for {@link Launch#descriptors}. */
    public int descriptor() {
        return descriptor;
    }

    public Peer peer() {
        int[] values = new int[3];
        KernelAnswer.require(LibCkpt.peer(descriptor, values), () -> "getsockopt(SO_PEERCRED)");
        return new Peer(values[0], values[1], values[2]);
    }

    /** Session of the peer, while it lives. */
    public int peerSession() {
        try {
            String stat = Files.readString(Path.of("/proc/" + peer().pid() + "/stat"));
            return ProcStat.parse(stat).session();
        } catch (IOException e) {
            throw new Fault(FaultCode.JOB_VANISHED, "the peer has ended", "submit the job again", e);
        }
    }

    /** Sends one packet; the descriptors stay open here. IO_ERROR when the peer is gone. */
    public void send(byte[] packet, int... descriptors) {
        sent(LibCkpt.send(descriptor, packet, packet.length, descriptors, descriptors.length), packet);
    }

    /** The same; false when the peer has closed. */
    boolean trySend(byte[] packet, int... descriptors) {
        int sent = LibCkpt.send(descriptor, packet, packet.length, descriptors, descriptors.length);
        return !Errno.EPIPE.is(sent) && sent(sent, packet) >= 0;
    }

    private static int sent(int answer, byte[] packet) {
        return KernelAnswer.require(answer, () -> "sending a packet of " + packet.length + " bytes");
    }

    /**
     * The next packet, or nothing when the peer has closed.
     *
     * @param limit empty to wait for ever
     * @throws Fault BUSY when no packet came in time, IO_ERROR when it is longer than {@code room}
     */
    public Optional<Packet> receive(int room, Optional<Duration> limit) {
        byte[] bytes = new byte[room];
        int[] descriptors = new int[MOST_DESCRIPTORS];
        int[] count = {MOST_DESCRIPTORS};
        int length = LibCkpt.receive(descriptor, bytes, room, descriptors, count, NativeProcess.milliseconds(limit));
        if (Errno.ETIMEDOUT.is(length)) {
            throw new Fault(FaultCode.BUSY, "no packet came in time", "see what the peer is doing, then try again");
        }
        if (length == 0) {
            return Optional.empty();
        }
        KernelAnswer.require(length, () -> "receiving a packet");
        return Optional.of(new Packet(
                Arrays.copyOf(bytes, length),
                Arrays.stream(descriptors, 0, count[0]).boxed().toList()));
    }

    /** Ends the connection for all who hold this end of it, and with it a receive under way in another thread. */
    public synchronized void hangUp() {
        if (!closed) {
            LibCkpt.shutdown(descriptor);
        }
    }

    /** Closes this descriptor; the connection lives on where the same end was handed on. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            LibCkpt.close(descriptor);
        }
    }
}
