package io.ckpt.kind.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ckpt.image.v1.CgroupFile;
import io.ckpt.image.v1.DeletedFile;
import io.ckpt.image.v1.Device;
import io.ckpt.image.v1.Directory;
import io.ckpt.image.v1.EventCounter;
import io.ckpt.image.v1.EventPoll;
import io.ckpt.image.v1.Fanotify;
import io.ckpt.image.v1.Fifo;
import io.ckpt.image.v1.Inotify;
import io.ckpt.image.v1.MemoryFile;
import io.ckpt.image.v1.Opening;
import io.ckpt.image.v1.PathOnly;
import io.ckpt.image.v1.PidDescriptor;
import io.ckpt.image.v1.Pipe;
import io.ckpt.image.v1.PosixQueue;
import io.ckpt.image.v1.ProcessFile;
import io.ckpt.image.v1.PseudoTerminal;
import io.ckpt.image.v1.RegularFile;
import io.ckpt.image.v1.SharedMemoryFile;
import io.ckpt.image.v1.SignalDescriptor;
import io.ckpt.image.v1.StandardStream;
import io.ckpt.image.v1.TimerDescriptor;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.RecordedPlan;
import io.ckpt.kind.RestartOptions.FilePolicy;
import org.junit.jupiter.api.Test;

/** What each kind plans, compared with plans/*.golden. */
class FilePlanTest {
    private static final ObjectId FIRST = ObjectId.file(3);
    private static final ObjectId SECOND = ObjectId.file(4);
    private static final ObjectId THIRD = ObjectId.file(5);

    private final RecordedPlan plan =
            new RecordedPlan().with(FIRST, 10, 7).with(FIRST, 11, 7).with(SECOND, 10, 8);

    @Test
    void opensRegularFileAndCutsBackWhatWasAppended() {
        new RegularFileKind()
                .plan(
                        FIRST,
                        output().setFlags(OpenFlags.WRONLY | OpenFlags.APPEND).build(),
                        plan);
        plan.assertGolden("regular-appended");
    }

    @Test
    void leavesRegularFileAloneWhenItsChangesAreIgnored() {
        RecordedPlan ignoring = new RecordedPlan(FilePolicy.IGNORE).with(FIRST, 10, 7);
        new RegularFileKind()
                .plan(
                        FIRST,
                        output().setFlags(OpenFlags.RDWR | OpenFlags.NONBLOCK).build(),
                        ignoring);
        ignoring.assertGolden("regular-ignored");
    }

    @Test
    void makesDeletedFileWithoutLeavingItsName() {
        DeletedFile state = DeletedFile.newBuilder()
                .setContentId("content:3")
                .setDirectory("/scratch/x")
                .setPassingName(".ckpt-00112233")
                .setMode(0640)
                .setSize(8192)
                .addOpenings(opening(FIRST, OpenFlags.RDWR, 4096))
                .addOpenings(opening(SECOND, OpenFlags.RDONLY, 0))
                .build();
        new DeletedFileKind().plan(FIRST, state, plan);
        new DeletedFileKind()
                .plan(SECOND, DeletedFile.newBuilder().setMadeBy("file:3").build(), plan);
        plan.assertGolden("deleted");
        assertThat(plan.contents()).containsExactly(ObjectId.content(3));
    }

    @Test
    void sealsMemoryFileWhenItsContentIsBack() {
        new MemoryFileKind().plan(FIRST, sealed(0xe), plan);
        plan.assertGolden("memfd");
        assertThat(plan.contents()).containsExactly(ObjectId.content(3));
    }

    @Test
    void makesMemoryFileThatNobodyRunsWhereNodeMakesNoOthers() {
        MemoryFile neverRun = sealed(0x2e).toBuilder().setMode(0666).build();
        new MemoryFileKind().plan(FIRST, neverRun, plan);
        plan.assertGolden("memfd-never-run");

        assertThat(new MemoryFileKind().obstacle(neverRun, file -> "2\n")).isEmpty();
        assertThat(new MemoryFileKind().obstacle(sealed(0x2e), file -> "1\n")).isPresent();
        assertThat(new MemoryFileKind().obstacle(sealed(0xe), file -> "1\n"))
                .get()
                .asString()
                .contains("sysctl vm.memfd_noexec=0");
        assertThat(new MemoryFileKind().obstacle(sealed(0xe), file -> "0\n")).isEmpty();
    }

    private static MemoryFile sealed(int seals) {
        return MemoryFile.newBuilder()
                .setContentId("content:3")
                .setName("hello")
                .setMode(0777)
                .setSize(3)
                .setSeals(seals)
                .addOpenings(opening(FIRST, OpenFlags.RDWR, 3))
                .build();
    }

    @Test
    void makesMemoryFileOfHugePages() {
        MemoryFile state = MemoryFile.newBuilder()
                .setContentId("content:3")
                .setName("huge")
                .setMode(0777)
                .setSize(1 << 21)
                .setHugePageSize(1 << 21)
                .addOpenings(opening(FIRST, OpenFlags.RDWR, 0))
                .build();
        new MemoryFileKind().plan(FIRST, state, plan);
        plan.assertGolden("memfd-huge");
    }

    @Test
    void makesFileThatMayStillGetName() {
        DeletedFile state = DeletedFile.newBuilder()
                .setContentId("content:3")
                .setDirectory("/scratch")
                .setUnnamed(true)
                .setMode(0640)
                .setSize(7)
                .addOpenings(opening(FIRST, OpenFlags.RDWR, 7))
                .build();
        new DeletedFileKind().plan(FIRST, state, plan);
        plan.assertGolden("deleted-unnamed");
    }

    @Test
    void makesMessageQueueUnderItsName() {
        new PosixQueueKind()
                .plan(FIRST, queue().setName("/jobs").setNotified(11).build(), plan);
        plan.assertGolden("posix-queue");
    }

    @Test
    void takesTheNameFromUnlinkedMessageQueueAndFillsIt() {
        new PosixQueueKind()
                .plan(
                        FIRST,
                        queue().setPassingName("/.ckpt-0")
                                .addMessages(message(7, "urgent"))
                                .addMessages(message(0, ""))
                                .build(),
                        plan);
        plan.assertGolden("posix-queue-unlinked");
    }

    private static PosixQueue.Message message(int priority, String text) {
        return PosixQueue.Message.newBuilder()
                .setPriority(priority)
                .setText(ByteString.copyFromUtf8(text))
                .build();
    }

    private static PosixQueue.Builder queue() {
        return PosixQueue.newBuilder()
                .setMode(0640)
                .setMostMessages(10)
                .setLongestMessage(8192)
                .addOpenings(opening(FIRST, OpenFlags.RDWR | OpenFlags.NONBLOCK, 0))
                .addOpenings(opening(SECOND, OpenFlags.WRONLY, 0));
    }

    @Test
    void makesSharedMemoryFileWhateverIsThere() {
        SharedMemoryFile state = SharedMemoryFile.newBuilder()
                .setContentId("content:3")
                .setPath("/dev/shm/psm_1")
                .setMode(0600)
                .setSize(65536)
                .addOpenings(opening(FIRST, OpenFlags.RDWR, 0))
                .build();
        new SharedMemoryFileKind().plan(FIRST, state, plan);
        plan.assertGolden("posix-shared-memory");
        assertThat(plan.contents()).containsExactly(ObjectId.content(3));
    }

    @Test
    void opensFileOfACgroupAtItsPlace() {
        CgroupFile.Builder state = CgroupFile.newBuilder()
                .setPath("/sys/fs/cgroup/job/memory.stat")
                .setOffset(12)
                .setHierarchy("memory")
                .setMountPoint("/sys/fs/cgroup")
                .setInner("/memory.stat");
        new CgroupFileKind().plan(FIRST, state.build(), plan);
        new CgroupFileKind().plan(SECOND, state.setHeld(true).build(), plan);
        plan.assertGolden("cgroup-file");
    }

    @Test
    void opensDirectoryAtItsPlace() {
        new DirectoryKind()
                .plan(
                        FIRST,
                        Directory.newBuilder()
                                .setPath("/scratch/x")
                                .setOffset(12)
                                .build(),
                        plan);
        plan.assertGolden("directory");
    }

    @Test
    void holdsPathWithoutOpeningIt() {
        new PathKind().plan(FIRST, PathOnly.newBuilder().setPath("/scratch/x").build(), plan);
        plan.assertGolden("path");
    }

    @Test
    void opensDevice() {
        Device state = Device.newBuilder()
                .setPath("/dev/null")
                .setFlags(OpenFlags.RDWR)
                .setDeviceNumber(0x103)
                .build();
        new DeviceKind().plan(FIRST, state, plan);
        plan.assertGolden("device");
    }

    @Test
    void takesStandardStreamOfThePlace() {
        new StandardStreamKind()
                .plan(FIRST, StandardStream.newBuilder().setNumber(1).build(), plan);
        plan.assertGolden("standard-stream");
    }

    @Test
    void takesEachStreamOfThePlaceForOneTerminal() {
        RecordedPlan terminal = new RecordedPlan()
                .with(FIRST, 10, 0)
                .with(FIRST, 10, 1)
                .with(FIRST, 10, 255)
                .with(FIRST, 11, 1);
        StandardStream state = StandardStream.newBuilder().setTerminal(true).build();
        new StandardStreamKind().plan(FIRST, state, terminal);
        terminal.assertGolden("standard-stream-terminal");
    }

    @Test
    void makesBothSidesOfTerminalAndItsSession() {
        PseudoTerminal state = PseudoTerminal.newBuilder()
                .setMaster(opening(FIRST, OpenFlags.RDWR, 0))
                .addSlaves(opening(SECOND, OpenFlags.RDWR, 0))
                .setModes(ByteString.copyFrom(new byte[44]))
                .setSize(ByteString.copyFrom(new byte[] {24, 0, 80, 0, 0, 0, 0, 0}))
                .setInput(ByteString.copyFromUtf8("typed"))
                .setOutput(ByteString.copyFromUtf8("shown"))
                .setPackets(true)
                .setExclusive(true)
                .setLeader(11)
                .setForeground(12)
                .build();
        new PseudoTerminalKind().plan(FIRST, state, plan);
        plan.assertGolden("pseudo-terminal");
    }

    @Test
    void makesBothEndsOfPipeAndFillsIt() {
        Pipe state = Pipe.newBuilder()
                .setCapacity(65536)
                .setQueued(ByteString.copyFromUtf8("waiting"))
                .addOpenings(opening(FIRST, OpenFlags.RDONLY | OpenFlags.NONBLOCK, 0))
                .addOpenings(opening(SECOND, OpenFlags.WRONLY, 0))
                .addOpenings(opening(THIRD, OpenFlags.WRONLY | OpenFlags.DIRECT, 0))
                .build();
        new PipeKind().plan(FIRST, state, plan);
        new PipeKind().plan(SECOND, Pipe.newBuilder().setMadeBy("file:3").build(), plan);
        plan.assertGolden("pipe");
    }

    @Test
    void writesPacketsOneByOne() {
        Pipe state = Pipe.newBuilder()
                .setCapacity(65536)
                .setQueued(ByteString.copyFromUtf8("onetwo!"))
                .addPackets(3)
                .addPackets(4)
                .addOpenings(opening(FIRST, OpenFlags.RDONLY, 0))
                .addOpenings(opening(SECOND, OpenFlags.WRONLY, 0))
                .build();
        new PipeKind().plan(FIRST, state, plan);
        plan.assertGolden("pipe-packets");
    }

    @Test
    void closesTheWritingSideOfPipeThatIsAtItsEnd() {
        Pipe state = Pipe.newBuilder()
                .setCapacity(4096)
                .setQueued(ByteString.copyFromUtf8("last"))
                .addOpenings(opening(FIRST, OpenFlags.RDONLY, 0))
                .build();
        new PipeKind().plan(FIRST, state, plan);
        plan.assertGolden("pipe-without-writer");
    }

    @Test
    void breaksPipeThatNobodyReads() {
        Pipe state = Pipe.newBuilder()
                .setCapacity(4096)
                .addOpenings(opening(FIRST, OpenFlags.WRONLY, 0))
                .build();
        new PipeKind().plan(FIRST, state, plan);
        plan.assertGolden("pipe-without-reader");
    }

    @Test
    void opensFifoWithoutWaitingForTheOtherEnd() {
        Fifo state = Fifo.newBuilder()
                .setPath("/scratch/queue")
                .setCapacity(65536)
                .setQueued(ByteString.copyFromUtf8("waiting"))
                .addOpenings(opening(FIRST, OpenFlags.RDONLY, 0))
                .addOpenings(opening(SECOND, OpenFlags.WRONLY | OpenFlags.NONBLOCK, 0))
                .build();
        new FifoKind().plan(FIRST, state, plan);
        plan.assertGolden("fifo");
    }

    @Test
    void makesDeletedFifoWithoutLeavingItsName() {
        Fifo state = Fifo.newBuilder()
                .setPath("/scratch")
                .setPassingName(".ckpt-00112233")
                .setCapacity(65536)
                .addOpenings(opening(FIRST, OpenFlags.RDONLY, 0))
                .build();
        new FifoKind().plan(FIRST, state, plan);
        plan.assertGolden("fifo-deleted");
    }

    @Test
    void makesDeletedDirectoryAndRemovesIt() {
        new DirectoryKind()
                .plan(
                        FIRST,
                        Directory.newBuilder()
                                .setPath("/scratch")
                                .setPassingName(".ckpt-00112233")
                                .build(),
                        plan);
        plan.assertGolden("directory-deleted");
    }

    @Test
    void restoresCounterAndFlags() {
        EventCounter state = EventCounter.newBuilder()
                .setFlags(OpenFlags.RDWR | OpenFlags.NONBLOCK)
                .setCount(5)
                .setSemaphore(true)
                .build();
        new EventCounterKind().plan(FIRST, state, plan);
        plan.assertGolden("eventfd");
    }

    @Test
    void writesWhatTheInitialCountCannotHold() {
        new EventCounterKind()
                .plan(FIRST, EventCounter.newBuilder().setCount(0x1_0000_0002L).build(), plan);
        plan.assertGolden("eventfd-large");
    }

    @Test
    void restoresSignalMask() {
        new SignalDescriptorKind()
                .plan(FIRST, SignalDescriptor.newBuilder().setMask(0xa00).build(), plan);
        plan.assertGolden("signalfd");
    }

    @Test
    void startsTimerLateAndThenSaysHowOftenItExpired() {
        TimerDescriptor state = TimerDescriptor.newBuilder()
                .setFlags(OpenFlags.RDWR | OpenFlags.NONBLOCK)
                .setClock(1)
                .setValueNs(1_499_955_534L)
                .setIntervalNs(2_000_000_000L)
                .setTicks(3)
                .build();
        new TimerDescriptorKind().plan(FIRST, state, plan);
        plan.assertGolden("timerfd");
    }

    @Test
    void startsTimerThatNobodyHasOpenBeforeItIsSent() {
        TimerDescriptor state = TimerDescriptor.newBuilder()
                .setClock(1)
                .setValueNs(1_499_955_534L)
                .setTicks(1)
                .build();
        new TimerDescriptorKind().plan(ObjectId.file(9), state, plan);
        plan.assertGolden("timerfd-travelling");
    }

    @Test
    void startsTimerForATimeOfDay() {
        TimerDescriptor state = TimerDescriptor.newBuilder()
                .setValueNs(1_499_955_534L)
                .setSetFlags(3)
                .setExpiryNs(1_795_369_647_000_000_001L)
                .build();
        new TimerDescriptorKind().plan(FIRST, state, plan);
        plan.assertGolden("timerfd-absolute");
    }

    @Test
    void opensPidDescriptorInEveryProcessThatHasIt() {
        new PidDescriptorKind()
                .plan(FIRST, PidDescriptor.newBuilder().setPid(12).build(), plan);
        plan.assertGolden("pidfd");
    }

    @Test
    void takesTheRestorerForProcessesThatAreGone() {
        new PidDescriptorKind()
                .plan(
                        FIRST,
                        PidDescriptor.newBuilder().setFlags(OpenFlags.NONBLOCK).build(),
                        plan);
        plan.assertGolden("pidfd-gone");
    }

    @Test
    void opensFileOfProcessWhenThatIsThere() {
        RecordedPlan own = new RecordedPlan().with(FIRST, 10, 7).with(FIRST, 10, 9);
        ProcessFile state =
                ProcessFile.newBuilder().setPath("/proc/10/stat").setOffset(5).build();
        new ProcessFileKind().plan(FIRST, state, own);
        own.assertGolden("process-file");
    }

    @Test
    void watchesPathsUnderTheirFormerNumbers() {
        Inotify state = Inotify.newBuilder()
                .setFlags(OpenFlags.NONBLOCK)
                .addWatches(Inotify.Watch.newBuilder()
                        .setNumber(2)
                        .setPath("/scratch/x")
                        .setMask(0x80000100))
                .build();
        new InotifyKind().plan(FIRST, state, plan);
        plan.assertGolden("inotify");
    }

    @Test
    void marksWhatWasMarked() {
        Fanotify state = Fanotify.newBuilder()
                .setFlags(0xc02)
                .setEventFlags(OpenFlags.LARGEFILE | OpenFlags.CLOEXEC)
                .addMarks(Fanotify.Mark.newBuilder()
                        .setFlags(0x10)
                        .setPath("/")
                        .setIgnored(2)
                        .setIgnoredFlags(0x60))
                .addMarks(Fanotify.Mark.newBuilder()
                        .setFlags(0x200)
                        .setPath("/scratch/x")
                        .setMask(0x48000300)
                        .setIgnored(8)
                        .setIgnoredFlags(0x440))
                .build();
        new FanotifyKind().plan(FIRST, state, plan);
        plan.assertGolden("fanotify");
    }

    @Test
    void watchesFilesUnderTheirFinalNumbers() {
        EventPoll state = EventPoll.newBuilder()
                .setFlags(OpenFlags.RDWR)
                .addWatches(EventPoll.Watch.newBuilder()
                        .setFileId("file:4")
                        .setNumber(8)
                        .setPid(10)
                        .setEvents(EpollEvents.IN | EpollEvents.ET)
                        .setData(0xdead_beefL))
                .build();
        new EventPollKind().plan(FIRST, state, plan);
        plan.assertGolden("epoll");
    }

    private static RegularFile.Builder output() {
        return RegularFile.newBuilder()
                .setPath("/home/x/out.dat")
                .setOffset(120)
                .setSize(120)
                .setCutBack(true);
    }

    private static Opening opening(ObjectId id, int flags, long offset) {
        return Opening.newBuilder()
                .setFileId(id.value())
                .setFlags(flags)
                .setOffset(offset)
                .build();
    }
}
