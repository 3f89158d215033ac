package io.ckpt.kind.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.ckpt.freeze.Freezer;
import io.ckpt.freeze.FrozenJob;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.RestorerRun;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.DeletedFile;
import io.ckpt.image.v1.Device;
import io.ckpt.image.v1.Directory;
import io.ckpt.image.v1.EventCounter;
import io.ckpt.image.v1.EventPoll;
import io.ckpt.image.v1.Fifo;
import io.ckpt.image.v1.MemoryFile;
import io.ckpt.image.v1.Opening;
import io.ckpt.image.v1.PathOnly;
import io.ckpt.image.v1.Pipe;
import io.ckpt.image.v1.RegularFile;
import io.ckpt.image.v1.SharedMemoryFile;
import io.ckpt.image.v1.SignalDescriptor;
import io.ckpt.image.v1.SocketEnd;
import io.ckpt.image.v1.SocketPair;
import io.ckpt.image.v1.SocketSettings;
import io.ckpt.image.v1.TimerDescriptor;
import io.ckpt.image.v1.UnixOwner;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.RecordedContext;
import io.ckpt.kind.RecordedPlan;
import io.ckpt.kind.net.SocketPairKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A state becomes an object of the running kernel by its plan, and that object is captured as the same state. */
@Timeout(60)
class RoundTripTest {
    private static final long HOLE = 0x1234_5000_0000L;
    private static final long ROOM = 0x100_0000;
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int FIRST = 40;
    private static final int SECOND = 41;

    @TempDir
    Path directory;

    private final RecordedPlan plan = new RecordedPlan();

    @BeforeEach
    void needsRoot() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    @Test
    void regularFile() throws IOException {
        Path file = Files.writeString(directory.resolve("out"), "0123456789 and more");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        RegularFile state = RegularFile.newBuilder()
                .setPath(file.toString())
                .setFlags(OpenFlags.WRONLY | OpenFlags.APPEND)
                .setOffset(10)
                .setSize(10)
                .setCutBack(true)
                .build();
        RegularFile found = roundTrip(new RegularFileKind(), state);
        assertThat(found.toBuilder()
                        .clearMode()
                        .clearModifiedNs()
                        .clearDevice()
                        .clearInode()
                        .build())
                .isEqualTo(state);
        assertThat(file).hasContent("0123456789");
    }

    @Test
    void regularFileThatBecameAPipe() {
        Path fifo = makeFifo("out");
        RegularFile state = RegularFile.newBuilder()
                .setPath(fifo.toString())
                .setFlags(OpenFlags.RDONLY)
                .build();
        new RegularFileKind().plan(ObjectId.file(1), state, plan.with(ObjectId.file(1), 1, FIRST));
        try (RestorerRun run = RestorerRun.of(plan.inOneProcess(HOLE, ROOM))) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> run.plan().awaitParked(1, SOON))
                    .hasMessageContaining("sync_file_range($file:1, 0, 0, 0) = ESPIPE");
        }
    }

    @Test
    void deletedFile() {
        DeletedFile state = DeletedFile.newBuilder()
                .setContentId("content:1")
                .setDirectory(directory.toString())
                .setPassingName(".ckpt-1234")
                .setMode(0400)
                .setSize(1L << 32)
                .addOpenings(opening(1, OpenFlags.RDWR | OpenFlags.APPEND, 4096))
                .addOpenings(opening(2, OpenFlags.RDONLY, 0))
                .build();
        DeletedFile found = roundTrip(new DeletedFileKind(), state);
        assertThat(found.getPassingName()).isNotEqualTo(".ckpt-1234");
        assertThat(found.toBuilder().setPassingName(".ckpt-1234").build()).isEqualTo(state);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void memoryFile() {
        MemoryFile state = MemoryFile.newBuilder()
                .setContentId("content:1")
                .setName("hello there")
                .setMode(0755)
                .setSize(5000)
                .setSeals(0x1e)
                .addOpenings(opening(1, OpenFlags.RDONLY, 7))
                .addOpenings(opening(2, OpenFlags.RDWR, 5000))
                .build();
        assertThat(roundTrip(new MemoryFileKind(), state)).isEqualTo(state);
    }

    @Test
    void sharedMemoryFile() throws IOException {
        Path file = Files.createTempFile(Path.of("/dev/shm"), "ckpt-test", "");
        Files.delete(file);
        SharedMemoryFile state = SharedMemoryFile.newBuilder()
                .setContentId("content:1")
                .setPath(file.toString())
                .setMode(0600)
                .setSize(65536)
                .addOpenings(opening(1, OpenFlags.RDWR, 0))
                .addOpenings(opening(2, OpenFlags.RDONLY, 1))
                .build();
        try {
            assertThat(roundTrip(new SharedMemoryFileKind(), state)).isEqualTo(state);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    @Test
    void openDirectory() {
        Directory state = Directory.newBuilder().setPath(directory.toString()).build();
        assertThat(roundTrip(new DirectoryKind(), state)).isEqualTo(state);
    }

    @Test
    void heldPath() {
        PathOnly state = PathOnly.newBuilder().setPath(directory.toString()).build();
        assertThat(roundTrip(new PathKind(), state)).isEqualTo(state);
    }

    @Test
    void device() {
        Device state = Device.newBuilder()
                .setPath("/dev/null")
                .setFlags(OpenFlags.WRONLY)
                .setDeviceNumber(0x103)
                .build();
        assertThat(roundTrip(new DeviceKind(), state)).isEqualTo(state);
    }

    @Test
    void pipe() {
        Pipe state = Pipe.newBuilder()
                .setCapacity(8192)
                .setQueued(ByteString.copyFrom(new byte[8192]))
                .addOpenings(opening(1, OpenFlags.RDONLY | OpenFlags.NONBLOCK, 0))
                .addOpenings(opening(2, OpenFlags.WRONLY, 0))
                .build();
        assertThat(roundTrip(new PipeKind(), state)).isEqualTo(state);
    }

    @Test
    void pipeWithoutWriter() {
        Pipe state = Pipe.newBuilder()
                .setCapacity(65536)
                .setQueued(ByteString.copyFromUtf8("the last"))
                .addOpenings(opening(1, OpenFlags.RDONLY, 0))
                .addOpenings(opening(2, OpenFlags.RDONLY | OpenFlags.NONBLOCK, 0))
                .build();
        assertThat(roundTrip(new PipeKind(), state)).isEqualTo(state);
    }

    @Test
    void pipeWithoutReader() {
        Pipe state = Pipe.newBuilder()
                .setCapacity(65536)
                .addOpenings(opening(1, OpenFlags.WRONLY | OpenFlags.DIRECT, 0))
                .build();
        assertThat(roundTrip(new PipeKind(), state)).isEqualTo(state);
    }

    @Test
    void fifo() {
        Fifo state = Fifo.newBuilder()
                .setPath(makeFifo("queue").toString())
                .setCapacity(4096)
                .setQueued(ByteString.copyFromUtf8("waiting"))
                .addOpenings(opening(1, OpenFlags.WRONLY, 0))
                .addOpenings(opening(2, OpenFlags.RDONLY | OpenFlags.NONBLOCK, 0))
                .build();
        assertThat(roundTrip(new FifoKind(), state)).isEqualTo(state);
    }

    @Test
    void counter() {
        EventCounter state = EventCounter.newBuilder()
                .setFlags(OpenFlags.RDWR | OpenFlags.NONBLOCK)
                .setCount(-2)
                .setSemaphore(true)
                .build();
        assertThat(roundTrip(new EventCounterKind(), state)).isEqualTo(state);
    }

    @Test
    void signals() {
        SignalDescriptor state = SignalDescriptor.newBuilder()
                .setFlags(OpenFlags.RDWR)
                .setMask(0xa00)
                .build();
        assertThat(roundTrip(new SignalDescriptorKind(), state)).isEqualTo(state);
    }

    @Test
    void timer() {
        TimerDescriptor state = TimerDescriptor.newBuilder()
                .setFlags(OpenFlags.RDWR | OpenFlags.NONBLOCK)
                .setClock(1)
                .setValueNs(900_000_000_000L)
                .setIntervalNs(1_500_000_000L)
                .setTicks(3)
                .build();
        TimerDescriptor found = roundTrip(new TimerDescriptorKind(), state);
        assertThat(found.getValueNs()).isBetween(800_000_000_000L, 900_000_000_000L);
        assertThat(found.toBuilder().setValueNs(state.getValueNs()).build()).isEqualTo(state);
    }

    @Test
    void timerThatExpiredSeveralTimes() {
        TimerDescriptor state = TimerDescriptor.newBuilder()
                .setFlags(OpenFlags.RDWR)
                .setClock(1)
                .setValueNs(1)
                .setIntervalNs(1_000_000)
                .build();
        TimerDescriptor found = roundTrip(new TimerDescriptorKind(), state);
        assertThat(found.getTicks()).isPositive();
        assertThat(found.getValueNs()).isBetween(1L, 1_000_000L);
        assertThat(found.getIntervalNs()).isEqualTo(1_000_000);
    }

    @Test
    void eventPoll() {
        new EventCounterKind()
                .plan(ObjectId.file(2), EventCounter.getDefaultInstance(), plan.with(ObjectId.file(2), 1, SECOND));
        EventPoll state = EventPoll.newBuilder()
                .setFlags(OpenFlags.RDWR)
                .addWatches(EventPoll.Watch.newBuilder()
                        .setFileId("file:2")
                        .setNumber(SECOND)
                        .setPid(1)
                        .setEvents(EpollEvents.IN | EpollEvents.ERR | EpollEvents.HUP | EpollEvents.ET)
                        .setData(-3))
                .build();
        EventPoll found = roundTrip(new EventPollKind(), state);
        EventPoll.Watch watch = found.getWatches(0);
        assertThat(found.getWatchesCount()).isEqualTo(1);
        assertThat(watch.toBuilder().setPid(1).setFileId("file:2").build()).isEqualTo(state.getWatches(0));
    }

    @Test
    void socketPair() {
        for (int type : new int[] {1, 2, 5}) {
            SocketPair state = SocketPair.newBuilder()
                    .setType(type)
                    .setOwner(UnixOwner.getDefaultInstance())
                    .addEnds(end(1, OpenFlags.NONBLOCK).addQueued(ByteString.copyFromUtf8("first")))
                    .addEnds(end(2).addQueued(ByteString.copyFrom(new byte[100_000])))
                    .build();
            assertThat(roundTrip(new SocketPairKind(), state, new RecordedPlan()))
                    .isEqualTo(state);
        }
    }

    @Test
    void orphanedSocket() {
        SocketPair state = SocketPair.newBuilder()
                .setType(1)
                .setOwner(UnixOwner.getDefaultInstance())
                .addEnds(end(1).addQueued(ByteString.copyFromUtf8("gone")).setReceiveClosed(true))
                .build();
        assertThat(roundTrip(new SocketPairKind(), state)).isEqualTo(state);
    }

    private <S extends Message> S roundTrip(ObjectKind<StolenFile, S> kind, S state) {
        return roundTrip(kind, state, plan);
    }

    /** The state with the ids of the first and second description as 1 and 2. */
    private <S extends Message> S roundTrip(ObjectKind<StolenFile, S> kind, S state, RecordedPlan into) {
        into.with(ObjectId.file(1), 1, FIRST);
        kind.plan(ObjectId.file(1), state, into);
        if (into.isMade(ObjectId.file(2))) {
            into.with(ObjectId.file(2), 1, SECOND);
        }
        try (RestorerRun run = RestorerRun.of(into.inOneProcess(HOLE, ROOM), RestorerRun.PID_NAMESPACE)) {
            run.plan().awaitParked(1, SOON);
            try (FrozenJob job = new Freezer().freeze(Set.of(run.innerPid()), SOON)) {
                return capture(kind, job);
            }
        }
    }

    private static <S extends Message> S capture(ObjectKind<StolenFile, S> kind, FrozenJob job) {
        FrozenProcess process = job.processes().get(0);
        RecordedContext context = new RecordedContext(process);
        StolenFile file = process.files().stream()
                .filter(each -> each.number() == FIRST)
                .findFirst()
                .orElseThrow();
        assertThat(kind.accepts(file, context)).isTrue();
        S found = kind.capture(file, context);
        assertThat(context.refusals()).isEmpty();
        return renamed(found, context, process);
    }

    /** Descriptions are numbered over all files of a process; here by the numbers they were given. */
    @SuppressWarnings("unchecked")
    private static <S extends Message> S renamed(S found, RecordedContext context, FrozenProcess process) {
        String[] text = {found.toString()};
        BiConsumer<Integer, String> rename = (number, name) -> process.files().stream()
                .filter(each -> each.number() == number)
                .findFirst()
                .ifPresent(
                        each -> text[0] = text[0].replace(":" + context.id(each).number() + "\"", ":" + name + "\""));
        rename.accept(FIRST, "1st");
        rename.accept(SECOND, "2nd");
        Message.Builder builder = found.newBuilderForType();
        try {
            com.google.protobuf.TextFormat.merge(text[0].replace("1st", "1").replace("2nd", "2"), builder);
        } catch (com.google.protobuf.TextFormat.ParseException e) {
            throw new IllegalStateException(e);
        }
        return (S) builder.build();
    }

    private Path makeFifo(String name) {
        Path fifo = directory.resolve(name);
        try {
            assertThat(new ProcessBuilder("mkfifo", "-m", "666", fifo.toString())
                            .start()
                            .waitFor())
                    .isZero();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return fifo;
    }

    private static Opening opening(int id, int flags, long offset) {
        return Opening.newBuilder()
                .setFileId("file:" + id)
                .setFlags(flags)
                .setOffset(offset)
                .build();
    }

    private static SocketEnd.Builder end(int id) {
        return end(id, 0);
    }

    private static SocketEnd.Builder end(int id, int flags) {
        return SocketEnd.newBuilder()
                .setFileId("file:" + id)
                .setSettings(SocketSettings.newBuilder()
                        .setFlags(OpenFlags.RDWR | flags)
                        .setSendRoom(300_000)
                        .setReceiveRoom(100_000)
                        .setRoomsLocked(3));
    }
}
