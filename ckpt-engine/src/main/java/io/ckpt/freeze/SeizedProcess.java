package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.procfs.NumaMaps;
import io.ckpt.procfs.ProcStatus;
import io.ckpt.procfs.Smaps;
import io.ckpt.procfs.Vma;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** One process held by ptrace(2). */
final class SeizedProcess implements FrozenProcess, AutoCloseable {
    private static final long LARGE_BYTES = 1 << 20;
    private static final long LONG_ROW_BYTES = 8 << 20;

    private final SeizedJob job;
    private final int pid;
    private final int task;
    private final List<SeizedThread> threads;
    private final TaskMemory memory;
    private Optional<CallInstruction> instruction = Optional.empty();
    private int pidfd = -1;
    private int taskPidfd = -1;
    private final List<ReopenedFile> reopenedFiles = new ArrayList<>();
    private List<StolenFile> files;
    private ProcStatus status;
    private List<String> pidNamespaces;
    private List<Vma> mappings;
    private NavigableMap<Long, Vma> areas;
    private Smaps smaps;
    private ScannedPages guardPages;
    private ScannedPages anonymousPages;

    SeizedProcess(SeizedJob job, int pid, Map<Integer, Boolean> stopped) {
        this.job = job;
        this.pid = pid;
        this.threads = stopped.entrySet().stream()
                .map(thread -> new SeizedThread(this, thread.getKey(), thread.getValue()))
                .sorted(Comparator.comparing(thread -> thread.tid() != pid))
                .toList();
        this.task = threads.isEmpty() ? pid : threads.get(0).tid();
        this.memory = new TaskMemory(task);
    }

    @Override
    public int pid() {
        return pid;
    }

    @Override
    public int task() {
        return task;
    }

    @Override
    public int innerPid() {
        return procStatus().innerTgid();
    }

    @Override
    public boolean isZombie() {
        return threads.isEmpty();
    }

    @Override
    public String text(String name) {
        return ProcFiles.text(task + "/" + name);
    }

    @Override
    public byte[] bytes(String name) {
        return ProcFiles.bytes(task + "/" + name);
    }

    @Override
    public synchronized ProcStatus procStatus() {
        if (status == null) {
            status = procStatus("status");
        }
        return status;
    }

    @Override
    public ProcStatus procStatus(String name) {
        return ProcStatus.parse(text(name), job.depth());
    }

    @Override
    public synchronized List<String> pidNamespaces() {
        if (pidNamespaces == null) {
            int within = procStatus().pids().size() - 1 - job.depth();
            pidNamespaces = within == 0 ? List.of() : PidNamespaces.innermost(pid, within);
        }
        return pidNamespaces;
    }

    @Override
    public synchronized List<Vma> mappings() {
        if (mappings == null) {
            mappings = FrozenProcess.super.mappings();
        }
        return mappings;
    }

    @Override
    public synchronized Smaps smaps() {
        if (smaps == null) {
            smaps = job.foreseen().smaps(pid, task, mappings());
        }
        return smaps;
    }

    @Override
    public Optional<NumaMaps> foreseenPolicies() {
        return job.foreseen().policies(pid, mappings());
    }

    @Override
    public String link(String name) {
        return ProcFiles.link(task + "/" + name);
    }

    @Override
    public Optional<String> tryLink(String name) {
        return ProcFiles.tryLink(task + "/" + name);
    }

    @Override
    public <R> R inside(NamespaceSort sort, Supplier<R> work) {
        return job.tracer().call(() -> NamespaceVisit.in(task, sort, work));
    }

    @Override
    public List<UserNamespace> userNamespaces(NamespaceSort sort) {
        return UserNamespaces.around(task, sort);
    }

    @Override
    public FileStatus status(String name) {
        return ProcFiles.status(task + "/" + name);
    }

    @Override
    public FileStatus linkStatus(String name) {
        return ProcFiles.linkStatus(task + "/" + name);
    }

    @Override
    public List<String> names(String directory) {
        return ProcFiles.names(task + "/" + directory);
    }

    @Override
    public boolean hasAttributes(String name) {
        return ProcFiles.hasAttributes(task + "/" + name);
    }

    @Override
    public int mountOf(String name) {
        return ProcFiles.mount(task + "/" + name);
    }

    @Override
    public Optional<String> pathOf(FileHandle file) {
        return FileHandles.path(this, file);
    }

    @Override
    public List<FrozenThread> threads() {
        return List.copyOf(threads);
    }

    @Override
    public Optional<String> nameIn(String directory, FileStatus file) {
        return DirectoryNames.of(Path.of("/proc/" + task + "/root" + directory), file);
    }

    @Override
    public synchronized List<StolenFile> files() {
        if (files == null) {
            files = ProcFiles.numbers(task + "/fd").stream()
                    .<StolenFile>map(number -> new DuplicatedFile(this, number))
                    .toList();
        }
        return files;
    }

    @Override
    public synchronized StolenFile reopened(String name) {
        ReopenedFile file = new ReopenedFile(this, name);
        reopenedFiles.add(file);
        return file;
    }

    @Override
    public long call(int number, long... arguments) {
        return threads.get(0).call(number, arguments);
    }

    @Override
    public <R> R withRoom(int bytes, RemoteRoom.Use<R> use) {
        return threads.get(0).withRoom(bytes, use);
    }

    /** That what was lent to it is not locked tells all. */
    @Override
    public FutureMemory futureMemory() {
        boolean isOrdinary = threads.stream()
                .flatMap(thread -> thread.told(FuturePage.OF_PLACE).stream())
                .anyMatch(answer -> answer.result() == 0);
        return isOrdinary ? FutureMemory.ORDINARY : job.tracer().call(() -> FuturePage.look(threads.get(0)));
    }

    @Override
    public int userfaultfd() {
        return job.tracer().call(() -> UserFaults.of(this));
    }

    @Override
    public int asynchronousUserfaultfd() {
        return job.tracer().call(() -> UserFaults.asynchronous(this));
    }

    @Override
    public void read(long address, ByteBuffer into) {
        memory.read(address, into);
    }

    @Override
    public byte[] read(long address, int length) {
        return memory.read(address, length);
    }

    @Override
    public Optional<byte[]> tryRead(long address, int length) {
        return memory.tryRead(address, length);
    }

    @Override
    public synchronized List<PageRange> guardPages(long start, long end) {
        if (guardPages == null) {
            guardPages = new ScannedPages(scanGuardPages());
        }
        return guardPages.within(start, end);
    }

    @Override
    public long[] sharedFrames(long start, int pages) {
        return memory.sharedFrames(start, pages);
    }

    @Override
    public synchronized List<PageRange> anonymousPages(long start, long end) {
        if (anonymousPages == null) {
            anonymousPages = new ScannedPages(scanAnonymousPages());
        }
        return anonymousPages.within(start, end);
    }

    /** All at once but where own pages lie in long rows, which are no guards: beginning to ask costs more than most are worth. */
    private List<PageRange> scanGuardPages() {
        List<PageRange> found = new ArrayList<>();
        LongSummaryStatistics bounds = mappings().stream()
                .filter(vma -> !vma.isVsyscall())
                .flatMapToLong(vma -> LongStream.of(vma.start(), vma.end()))
                .summaryStatistics();
        long from = bounds.getCount() == 0 ? 0 : bounds.getMin();
        long end = bounds.getCount() == 0 ? 0 : bounds.getMax();
        for (PageRange own : anonymousPages(from, end)) {
            if (own.length() >= LONG_ROW_BYTES) {
                found.addAll(memory.guardPages(from, own.start()));
                from = own.end();
            }
        }
        found.addAll(memory.guardPages(from, end));
        return found;
    }

    /** Large memory without files alone, which is quick, and all that is between it at once. */
    private List<PageRange> scanAnonymousPages() {
        List<PageRange> found = new ArrayList<>();
        List<Vma> own = mappings().stream().filter(vma -> !vma.isVsyscall()).toList();
        long from = own.isEmpty() ? 0 : own.get(0).start();
        for (Vma vma : own) {
            if (vma.isAnonymous() && vma.length() >= LARGE_BYTES) {
                found.addAll(memory.anonymousPages(from, vma.start(), true));
                found.addAll(memory.anonymousPages(vma.start(), vma.end()));
                from = vma.end();
            }
        }
        long end = own.isEmpty() ? 0 : own.get(own.size() - 1).end();
        found.addAll(memory.anonymousPages(from, end, true));
        return found;
    }

    /** What is at an address, when it lies in private memory that the process may write; else nothing. */
    Optional<byte[]> ordinaryMemory(long address, int length) {
        return isOrdinaryMemory(address, length) ? memory.tryRead(address, length) : Optional.empty();
    }

    boolean isOrdinaryMemory(long address, int length) {
        Map.Entry<Long, Vma> area = areas().floorEntry(address);
        return area != null
                && address + length <= area.getValue().end()
                && area.getValue().writable()
                && !area.getValue().shared();
    }

    private synchronized NavigableMap<Long, Vma> areas() {
        if (areas == null) {
            areas = new TreeMap<>();
            mappings().forEach(vma -> areas.put(vma.start(), vma));
        }
        return areas;
    }

    List<SeizedThread> seizedThreads() {
        return threads;
    }

    TaskMemory memory() {
        return memory;
    }

    SeizedJob job() {
        return job;
    }

    /** Where a remote system call is made. */
    synchronized CallInstruction instruction() {
        if (instruction.isEmpty()) {
            instruction = Optional.of(CallInstruction.withWayBack(task, mappings(), job.knownCode()));
        }
        return instruction.get();
    }

    synchronized int pidfd() {
        if (pidfd < 0) {
            pidfd = KernelAnswer.require(LibCkpt.pidfdOpen(pid), () -> "pid " + pid + ": pidfd_open");
        }
        return pidfd;
    }

    /** Leads to the files of the process, also when its first thread has ended. */
    synchronized int taskPidfd() {
        if (task == pid) {
            return pidfd();
        }
        if (taskPidfd < 0) {
            taskPidfd = KernelAnswer.require(LibCkpt.pidfdOpenThread(task), () -> "task " + task + ": pidfd_open");
        }
        return taskPidfd;
    }

    /** On the tracer thread; threads that have died meanwhile need nothing. */
    void detach() {
        threads.forEach(thread -> LibCkpt.detach(thread.tid()));
    }

    @Override
    public synchronized void close() {
        reopenedFiles.forEach(ReopenedFile::close);
        reopenedFiles.clear();
        if (pidfd >= 0) {
            LibCkpt.close(pidfd);
            pidfd = -1;
        }
        if (taskPidfd >= 0) {
            LibCkpt.close(taskPidfd);
            taskPidfd = -1;
        }
    }
}
