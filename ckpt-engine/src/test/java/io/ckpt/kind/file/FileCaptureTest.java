package io.ckpt.kind.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.fault.Refusal;
import io.ckpt.freeze.FileStatus;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.CgroupFile;
import io.ckpt.image.v1.DeletedFile;
import io.ckpt.image.v1.EventCounter;
import io.ckpt.image.v1.EventPoll;
import io.ckpt.image.v1.Fanotify;
import io.ckpt.image.v1.Inotify;
import io.ckpt.image.v1.MemoryFile;
import io.ckpt.image.v1.Opening;
import io.ckpt.image.v1.PidDescriptor;
import io.ckpt.image.v1.Pipe;
import io.ckpt.image.v1.PosixQueue;
import io.ckpt.image.v1.ProcessFile;
import io.ckpt.image.v1.RegularFile;
import io.ckpt.image.v1.SharedMemoryFile;
import io.ckpt.image.v1.StandardStream;
import io.ckpt.image.v1.TimerDescriptor;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kernel.Fcntl;
import io.ckpt.kernel.FileMode;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.RecordedContext;
import io.ckpt.kind.RecordedFile;
import io.ckpt.kind.RecordedProcess;
import io.ckpt.procfs.Recorded;
import io.ckpt.registry.Kinds;
import org.junit.jupiter.api.Test;

/** What each kind reads from descriptors that were captured on Linux 6.18. */
class FileCaptureTest {
    private static final int REGULAR = FileMode.REGULAR | 0644;
    private static final int PIPE = FileMode.PIPE | 0600;
    private static final int CHARACTERS = FileMode.CHARACTER_DEVICE | 0620;
    private static final String WATCH =
            "inotify wd:a ino:3f7e8 sdev:fe00000 mask:300 ignored_mask:0 fhandle-bytes:8 fhandle-type:1 "
                    + "f_handle:e8f7030000000000\n";
    private static final String MARKS = "fanotify flags:c01 event-flags:8000\n"
            + "fanotify mnt_id:1b mflags:0 mask:2 ignored_mask:0\n"
            + "fanotify ino:3f7e8 sdev:fe00000 mflags:640 mask:48000300 ignored_mask:8 fhandle-bytes:8 fhandle-type:1 "
            + "f_handle:e8f7030000000000\n";
    private static final FileStatus DIRECTORY =
            new FileStatus(0xfe00, 2, FileMode.DIRECTORY | 0755, 2, 1000, 1000, 0, 4096, 8, 0);
    private static final int SOME_FILE = 0600;
    private static final long TERMINAL = 136 << 8;

    private final RecordedProcess shell = new RecordedProcess(4711, 1);
    private final RecordedProcess worker = new RecordedProcess(4712, 2);
    private final RecordedContext context = new RecordedContext(shell, worker);

    @Test
    void cutsBackFileWrittenToItsEnd() {
        StolenFile file = regular(5, "/home/x/out.dat", 1).info(info(120, 0102001, ""));
        RegularFile state = (RegularFile) capture("regular", file);
        assertThat(state.getPath()).isEqualTo("/home/x/out.dat");
        assertThat(state.getOffset()).isEqualTo(120);
        assertThat(state.getFlags()).isEqualTo(OpenFlags.WRONLY | OpenFlags.APPEND);
        assertThat(state.getCutBack()).isTrue();
    }

    @Test
    void leavesFileAloneThatIsWrittenInTheMiddle() {
        StolenFile file = regular(5, "/home/x/matrix", 1).info(info(7, 0100002, ""));
        assertThat(((RegularFile) capture("regular", file)).getCutBack()).isFalse();
    }

    @Test
    void leavesFileAloneThatIsOnlyRead() {
        StolenFile file = regular(5, "/home/x/input", 1).info(info(120, 0100000, ""));
        assertThat(((RegularFile) capture("regular", file)).getCutBack()).isFalse();
    }

    @Test
    void opensFileByItsOtherName() {
        shell.text("name in /home/x", "published");
        StolenFile file = regular(5, "/home/x/pending (deleted)", 1).info(info(120, 0102001, ""));
        assertThat(((RegularFile) capture("regular", file)).getPath()).isEqualTo("/home/x/published");
    }

    @Test
    void findsFileOfTheCgroupOfTheJobFromThere() {
        StolenFile file = cgroupFile("/job/2/step/memory.stat");
        CgroupFile state = (CgroupFile) capture("cgroup-file", file);
        assertThat(state.getMountPoint()).isEqualTo("/sys/fs/cgroup/memory");
        assertThat(state.getHierarchy()).isEqualTo("memory");
        assertThat(state.getInner()).isEqualTo("/step/memory.stat");
    }

    @Test
    void leavesFileOfAnotherCgroupWhereItIs() {
        StolenFile file = cgroupFile("/job/21/memory.stat");
        assertThat(((RegularFile) capture("regular", file)).getPath())
                .isEqualTo("/sys/fs/cgroup/memory/job/21/memory.stat");
    }

    /** Of a job that was started in {@code /job/2}. */
    private StolenFile cgroupFile(String path) {
        shell.text("mountinfo", "22 1 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
        shell.text("cgroup", "4:memory:/job/2\n").text("outer cgroup", "4:memory:/job/2\n");
        return regular(5, "/sys/fs/cgroup/memory" + path, 1).info("pos:\t0\nflags:\t0100000\nmnt_id:\t22\nino:\t5\n");
    }

    @Test
    void refusesFileOfOneProcess() {
        capture("regular", regular(5, "/proc/4711/status", 1).info(info(0, 0100000, "")));
        assertThat(refusal()).contains("/proc/4711/status").contains("describes a process");
    }

    @Test
    void readsMessageQueueThatIsEmpty() {
        PosixQueue state = (PosixQueue) capture("posix-queue", queue(new StolenFile.Queue(10, 8192, 0, 1, 4712, 0)));
        assertThat(state.getName()).isEqualTo("/jobs");
        assertThat(state.getMostMessages()).isEqualTo(10);
        assertThat(state.getLongestMessage()).isEqualTo(8192);
        assertThat(state.getNotified()).isEqualTo(2);
        assertThat(context.refusals()).isEmpty();
    }

    @Test
    void readsMessagesOfQueue() {
        PosixQueue state = (PosixQueue) capture(
                "posix-queue",
                queue(new StolenFile.Queue(10, 8192, 2, 0, 0, 9))
                        .message(7, "urgent")
                        .message(0, "all"));
        assertThat(state.getMessagesList())
                .extracting(message -> message.getPriority() + message.getText().toStringUtf8())
                .containsExactly("7urgent", "0all");
        assertThat(context.refusals()).isEmpty();
    }

    @Test
    void takesNoMessageWhereSomebodyIsToBeNotified() {
        capture("posix-queue", queue(new StolenFile.Queue(10, 8192, 3, 1, 4712, 30)));
        assertThat(refusal()).contains("[/jobs]").contains("3 messages").contains("process 4712");
    }

    @Test
    void takesNoMessagesThatAreManyMegabytes() {
        capture("posix-queue", queue(new StolenFile.Queue(65536, 8192, 65536, 0, 0, 65536L * 8192)));
        assertThat(refusal()).contains("16 MiB");
    }

    @Test
    void refusesMessageQueueThatSomebodyElseHasOpen() {
        capture(
                "posix-queue",
                queue(new StolenFile.Queue(10, 8192, 3, 0, 0, 30)).heldBy(99));
        assertThat(refusal()).contains("[/jobs]").contains("process 99 outside the job");
    }

    @Test
    void refusesMessageQueueThatSignals() {
        capture("posix-queue", queue(new StolenFile.Queue(10, 8192, 0, 0, 4712, 0)));
        assertThat(refusal()).contains("process 4712").contains("mq_notify");
    }

    private RecordedFile queue(StolenFile.Queue queue) {
        return shell.file(5, 7)
                .link("/jobs")
                .info(info(0, 0102002, ""))
                .status(FileMode.REGULAR | 0600, 5, 1, 0, 80)
                .queue(queue);
    }

    @Test
    void refusesDirectoryThatSignals() {
        shell.text("root", "/").status("root/scratch", DIRECTORY);
        StolenFile watched = shell.file(5, 7)
                .link("/scratch")
                .info(info(0, 0300000, ""))
                .status(FileMode.DIRECTORY | 0755, DIRECTORY.inode(), 2, 0, 4096)
                .owner(1, 4711, 0);
        capture("directory", watched);
        assertThat(refusal()).contains("/scratch").contains("F_NOTIFY");
    }

    @Test
    void keepsDeletedFileOnceForAllItsDescriptions() {
        shell.status("root/scratch", DIRECTORY);
        StolenFile first = regular(5, "/scratch/tmp1 (deleted)", 0).info(info(2, 02100002, ""));
        StolenFile second = worker.file(6, 8)
                .link("/scratch/tmp1 (deleted)")
                .info(info(0, 0100000, ""))
                .status(REGULAR, 5, 0, 0, 120);
        DeletedFile state = (DeletedFile) capture("deleted", first);
        assertThat(state.getDirectory()).isEqualTo("/scratch");
        assertThat(state.getPassingName()).startsWith(".ckpt-");
        assertThat(state.getOpeningsList())
                .extracting(Opening::getFileId, Opening::getFlags, Opening::getOffset)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("file:5", OpenFlags.RDWR, 2L),
                        org.assertj.core.groups.Tuple.tuple("file:8", OpenFlags.RDONLY, 0L));
        assertThat(((DeletedFile) capture("deleted", second)).getMadeBy()).isEqualTo("file:5");
        assertThat(context.contents()).containsOnly(org.assertj.core.api.Assertions.entry(ObjectId.content(5), 120L));
    }

    @Test
    void makesDeletedFileInTheNearestDirectoryThatIsLeft() {
        shell.status("root/scratch", DIRECTORY);
        StolenFile file = regular(5, "/scratch/gone/inner/tmp1 (deleted)", 0).info(info(2, 02100002, ""));
        assertThat(((DeletedFile) capture("deleted", file)).getDirectory()).isEqualTo("/scratch");
    }

    @Test
    void keepsFileThatAnNfsClientRenamed() {
        shell.status("root/home/x", DIRECTORY);
        StolenFile file = regular(5, "/home/x/.nfs000000000021434b00000001", 1).info(info(2, 02100002, ""));
        assertThat(((DeletedFile) capture("deleted", file)).getDirectory()).isEqualTo("/home/x");
        assertThat(context.refusals()).isEmpty();
    }

    @Test
    void takesFileByItsNameThoughThatEndsAsIfDeleted() {
        StolenFile file = regular(5, "/home/x/list (deleted)", 1).info(info(0, 0100000, ""));
        shell.status("root/home/x/list (deleted)", file.status());
        assertThat(((RegularFile) capture("regular", file)).getPath()).isEqualTo("/home/x/list (deleted)");
    }

    @Test
    void refusesDeletedFileWithAnotherName() {
        capture("deleted", regular(5, "/home/x/one (deleted)", 1).info(info(0, 0100002, "")));
        assertThat(refusal()).contains("has another one");
    }

    @Test
    void keepsMemoryFileWithNameAndSeals() {
        StolenFile file = regular(5, "/memfd:hello (deleted)", 0)
                .info(info(3, 0100002, ""))
                .control(Fcntl.GET_SEALS, 2);
        MemoryFile state = (MemoryFile) capture("memfd", file);
        assertThat(state.getName()).isEqualTo("hello");
        assertThat(state.getSeals()).isEqualTo(2);
        assertThat(context.contents()).containsKey(ObjectId.content(5));
    }

    @Test
    void keepsFileOfHugePagesByContent() {
        StolenFile file = regular(5, "/mnt/huge/arena", 1).hugePages(2 << 20).info(info(0, 0100002, ""));
        SharedMemoryFile state = (SharedMemoryFile) capture("posix-shared-memory", file);
        assertThat(state.getPath()).isEqualTo("/mnt/huge/arena");
        assertThat(state.getHugePageSize()).isEqualTo(2 << 20);
        assertThat(context.contents()).containsKey(ObjectId.content(5));
    }

    @Test
    void keepsWhatWaitsInPipe() {
        StolenFile reader = pipe(shell, 4, 4, 0).queued("waiting").control(Fcntl.GETPIPE_SZ, 65536);
        StolenFile writer = pipe(worker, 1, 5, 04001);
        Pipe state = (Pipe) capture("pipe", reader);
        assertThat(state.getQueued().toStringUtf8()).isEqualTo("waiting");
        assertThat(state.getCapacity()).isEqualTo(65536);
        assertThat(state.getOpeningsList())
                .extracting(Opening::getFlags)
                .containsExactly(OpenFlags.RDONLY, OpenFlags.WRONLY | OpenFlags.NONBLOCK);
        assertThat(((Pipe) capture("pipe", writer)).getMadeBy()).isEqualTo("file:4");
        assertThat(context.refusals()).isEmpty();
    }

    @Test
    void keepsBoundariesOfPackets() {
        StolenFile reader = pipe(shell, 4, 4, 0).queued("one").queued("two!").control(Fcntl.GETPIPE_SZ, 65536);
        pipe(shell, 5, 5, 040001);
        Pipe state = (Pipe) capture("pipe", reader);
        assertThat(state.getQueued().toStringUtf8()).isEqualTo("onetwo!");
        assertThat(state.getPacketsList()).containsExactly(3, 4);
    }

    @Test
    void keepsBrokenPipe() {
        StolenFile writer = pipe(worker, 1, 5, 1).ready(EpollEvents.ERR).control(Fcntl.GETPIPE_SZ, 4096);
        assertThat(((Pipe) capture("pipe", writer)).getOpeningsCount()).isEqualTo(1);
        assertThat(context.refusals()).isEmpty();
    }

    @Test
    void refusesPipeToSomebodyElse() {
        capture("pipe", pipe(worker, 7, 5, 1).ready(EpollEvents.OUT).control(Fcntl.GETPIPE_SZ, 4096));
        assertThat(refusal()).contains("pid 4712, fd 7 [pipe:[35667]]").contains("read by a process outside the job");
    }

    @Test
    void takesPipeToSomebodyElseAsStandardOutput() {
        StolenFile output = pipe(shell, 1, 5, 1).ready(EpollEvents.OUT);
        assertThat(((StandardStream) capture("standard-stream", output)).getNumber())
                .isEqualTo(1);
    }

    @Test
    void takesTerminalAsStandardInputOnly() {
        StolenFile input = terminal(0);
        StolenFile other = terminal(9);
        assertThat(((StandardStream) capture("standard-stream", input)).getNumber())
                .isZero();
        capture("unsupported", other);
        assertThat(refusal()).contains("fd 9 [/dev/pts/0]").contains("terminal");
    }

    @Test
    void takesPathThatWasNotOpened() {
        StolenFile place = regular(5, "/home/x", 1).info(info(0, 010000000, ""));
        shell.text("root", "/").status("root/home/x", place.status());
        capture("path", place);
        assertThat(context.refusals()).isEmpty();
    }

    @Test
    void refusesPathThatLeadsElsewhere() {
        StolenFile place = regular(5, "/", 1).info(info(0, 010000000, ""));
        shell.text("root", "/").status("root/", DIRECTORY);
        capture("path", place);
        assertThat(refusal()).contains("fd 5 [/]").contains("its path does not lead to it");
    }

    @Test
    void readsCounter() {
        StolenFile file = anonymous(3, "anon_inode:[eventfd]")
                .info(info(0, 04002, "eventfd-count:                5\neventfd-id: 1\neventfd-semaphore: 1\n"));
        EventCounter state = (EventCounter) capture("eventfd", file);
        assertThat(state.getCount()).isEqualTo(5);
        assertThat(state.getSemaphore()).isTrue();
        assertThat(state.getFlags()).isEqualTo(OpenFlags.RDWR | OpenFlags.NONBLOCK);
    }

    @Test
    void readsTimer() {
        StolenFile file = anonymous(3, "anon_inode:[timerfd]")
                .info(info(
                        0,
                        04002,
                        "clockid: 1\nticks: 3\nsettime flags: 00\nit_value: (1, 499955534)\nit_interval: (2, 0)\n"));
        TimerDescriptor state = (TimerDescriptor) capture("timerfd", file);
        assertThat(state.getValueNs()).isEqualTo(1_499_955_534L);
        assertThat(state.getIntervalNs()).isEqualTo(2_000_000_000L);
        assertThat(state.getTicks()).isEqualTo(3);
    }

    @Test
    void findsWatchedFileInTheProcessThatHasItUnderThatNumber() {
        String target = "tfd:        4 events: 80000019 data:         deadbeef  pos:0 ino:40e sdev:10\n";
        StolenFile watched = pipe(worker, 4, 5, 0);
        worker.file(9, 3).link("anon_inode:[eventpoll]").info(info(0, 02, "")).status(SOME_FILE, 1038, 1, 0, 0);
        StolenFile epoll = anonymous(3, "anon_inode:[eventpoll]")
                .info(info(0, 02000002, target))
                .watching(4, watched);
        EventPoll state = (EventPoll) capture("epoll", epoll);
        EventPoll.Watch watch = state.getWatches(0);
        assertThat(watch.getFileId()).isEqualTo("file:5");
        assertThat(watch.getPid()).isEqualTo(2);
        assertThat(watch.getEvents()).isEqualTo(EpollEvents.IN | EpollEvents.ERR | EpollEvents.HUP | EpollEvents.ET);
        assertThat(watch.getData()).isEqualTo(0xdead_beefL);
    }

    @Test
    void refusesWatchedFileWhoseNumberIsAnotherFileNow() {
        String target = "tfd:        4 events:       19 data:                4  pos:0 ino:8b53 sdev:f\n";
        pipe(shell, 4, 5, 0);
        capture("epoll", anonymous(3, "anon_inode:[eventpoll]").info(info(0, 02, target)));
        assertThat(refusal()).contains("what was descriptor 4");
    }

    @Test
    void keepsTimeOfDayThatTimerWaitsFor() {
        StolenFile file = anonymous(3, "anon_inode:[timerfd]")
                .info(info(0, 02, "clockid: 0\nticks: 0\nsettime flags: 03\nit_value: (1, 0)\nit_interval: (0, 0)\n"));
        long before = System.currentTimeMillis();
        TimerDescriptor state = (TimerDescriptor) capture("timerfd", file);
        assertThat(state.getSetFlags()).isEqualTo(3);
        assertThat(state.getExpiryNs() / 1_000_000).isBetween(before + 1000, System.currentTimeMillis() + 1000);
    }

    @Test
    void findsWatchedFileByItsHandle() {
        shell.text("handle e8f7030000000000", "/scratch/x");
        StolenFile file =
                anonymous(3, "anon_inode:inotify").info(info(0, 04000, WATCH)).answer(0);
        Inotify state = (Inotify) capture("inotify", file);
        assertThat(state.getFlags()).isEqualTo(OpenFlags.NONBLOCK);
        assertThat(state.getWatches(0).getNumber()).isEqualTo(10);
        assertThat(state.getWatches(0).getPath()).isEqualTo("/scratch/x");
        assertThat(state.getWatches(0).getMask()).isEqualTo(0x300);
    }

    @Test
    void refusesWatchedFileThatCannotBeFound() {
        capture(
                "inotify",
                anonymous(3, "anon_inode:inotify").info(info(0, 04000, WATCH)).answer(0));
        assertThat(refusal()).contains("watch 10").contains("no name");
    }

    @Test
    void refusesEventsThatNobodyHasRead() {
        capture(
                "inotify",
                anonymous(3, "anon_inode:inotify").info(info(0, 04000, "")).answer(16));
        assertThat(refusal()).contains("events wait");
    }

    @Test
    void findsWhatFanotifyHasMarked() {
        privileged(1L << 21)
                .text("handle e8f7030000000000", "/scratch/x")
                .status("root/scratch/x", DIRECTORY)
                .text("mountinfo", "27 1 254:0 / / rw - ext4 /dev/vda rw\n");
        StolenFile file = anonymous(3, "anon_inode:[fanotify]")
                .info(info(0, 04000, MARKS))
                .answer(0);

        Fanotify state = (Fanotify) capture("fanotify", file);

        assertThat(context.refusals()).isEmpty();
        assertThat(state.getFlags()).isEqualTo(0xc03);
        assertThat(state.getMarksList())
                .containsExactly(
                        mark("/", 0x10).setMask(2).setIgnoredFlags(0x20).build(),
                        mark("/scratch/x", 0x200)
                                .setMask(0x48000300)
                                .setIgnored(8)
                                .setIgnoredFlags(0x440)
                                .build());
    }

    @Test
    void refusesWhatOthersMustAskFanotify() {
        privileged(1L << 21).text("handle e8f7030000000000", "/scratch/x");
        String questions = MARKS.replace("mask:48000300", "mask:10000").replace("mnt_id:1b", "mnt_id:1c");
        shell.text("mountinfo", "27 1 254:0 / / rw - ext4 /dev/vda rw\n");
        capture(
                "fanotify",
                anonymous(3, "anon_inode:[fanotify]")
                        .info(info(0, 04000, questions))
                        .answer(24));
        assertThat(context.refusals().toString())
                .contains("events wait in it")
                .contains("its mark of inode 260072 lets it decide")
                .contains("its mark of mount 28 leads to no name");
    }

    @Test
    void refusesFanotifyOfAnOrdinaryUser() {
        privileged(0);
        capture(
                "fanotify",
                anonymous(3, "anon_inode:[fanotify]")
                        .info(info(0, 04000, "fanotify flags:0 event-flags:0\n"))
                        .answer(0));
        assertThat(refusal()).contains("lacks CAP_SYS_ADMIN");
    }

    private RecordedProcess privileged(long capabilities) {
        String status = Recorded.text("status").replaceAll("CapEff:.*", "CapEff:\t%016x".formatted(capabilities));
        return shell.text("status", status).text("ns/user", "user:[4026531837]");
    }

    private static Fanotify.Mark.Builder mark(String path, int flags) {
        return Fanotify.Mark.newBuilder().setPath(path).setFlags(flags);
    }

    @Test
    void readsWhomPidDescriptorStandsFor() {
        StolenFile living = anonymous(3, "anon_inode:[pidfd]").info(info(0, 02000002, "Pid:\t4712\nNSpid:\t4712\n"));
        StolenFile gone = anonymous(4, "anon_inode:[pidfd]").info(info(0, 02000002, "Pid:\t-1\nNSpid:\t-1\n"));
        assertThat(((PidDescriptor) capture("pidfd", living)).getPid()).isEqualTo(2);
        assertThat(((PidDescriptor) capture("pidfd", gone)).getPid()).isZero();
        assertThat(context.refusals()).isEmpty();
    }

    @Test
    void refusesPidDescriptorOfSomebodyElse() {
        capture("pidfd", anonymous(3, "anon_inode:[pidfd]").info(info(0, 02000002, "Pid:\t99\nNSpid:\t99\n")));
        assertThat(refusal()).contains("process 99 outside the job");
    }

    @Test
    void takesFileOfProcessOfTheJob() {
        StolenFile file = regular(5, "/proc/2/stat", 1).info(info(3, 0100000, ""));
        assertThat(((ProcessFile) capture("process-file", file)).getOffset()).isEqualTo(3);
    }

    @Test
    void refusesFileThatShowsMoreToRoot() {
        capture("regular", regular(5, "/proc/2/pagemap", 1).info(info(0, 0100000, "")));
        assertThat(refusal()).contains("describes a process");
    }

    @Test
    void refusesWhatNoKindKnowsByName() {
        capture("unsupported", anonymous(3, "anon_inode:[perf_event]").info(info(0, 0, "")));
        assertThat(refusal()).contains("fd 3 [anon_inode:[perf_event]]").contains("profiler");
    }

    private RecordedFile regular(int number, String link, int links) {
        return shell.file(number, number).link(link).status(REGULAR, number, links, 0, 120);
    }

    private static RecordedFile pipe(RecordedProcess process, int number, int description, int flags) {
        return process.file(number, description)
                .link("pipe:[35667]")
                .info(info(0, flags, ""))
                .status(PIPE, 35667, 1, 0, 0);
    }

    private RecordedFile terminal(int number) {
        return shell.file(number, number)
                .link("/dev/pts/0")
                .info(info(0, 0100002, ""))
                .status(CHARACTERS, 3, 1, TERMINAL, 0);
    }

    private RecordedFile anonymous(int number, String link) {
        return shell.file(number, number).link(link).status(SOME_FILE, 1038, 1, 0, 0);
    }

    private static String info(long position, int flags, String details) {
        return "pos:\t" + position + "\nflags:\t0" + Integer.toOctalString(flags) + "\nmnt_id:\t16\nino:\t35667\n"
                + details;
    }

    /** Captures by the first kind that accepts the file, which must be the one named. */
    private Object capture(String expected, StolenFile file) {
        ObjectKind<StolenFile, ?> kind = Kinds.FILES.stream()
                .filter(each -> each.accepts(file, context))
                .findFirst()
                .orElseThrow();
        assertThat(kind.name()).isEqualTo(expected);
        return kind.capture(file, context);
    }

    private String refusal() {
        assertThat(context.refusals()).hasSize(1);
        return context.refusals().stream().map(Refusal::toString).findFirst().orElseThrow();
    }
}
