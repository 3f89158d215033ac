package io.ckpt.freeze;

import io.ckpt.kernel.NamespaceSort;
import io.ckpt.procfs.NumaMaps;
import io.ckpt.procfs.ProcMaps;
import io.ckpt.procfs.ProcStatus;
import io.ckpt.procfs.Smaps;
import io.ckpt.procfs.Vma;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One process of a frozen job, as a kind may see it. Every read is of the moment of the freeze. Between two calls of
 * any method the process is exactly as the freeze found it.
 */
public interface FrozenProcess {
    /** The pid as the engine sees it; for messages and for ports. */
    int pid();

    /** A task that has its memory and files, as the engine sees it: the first thread, unless that has ended. */
    default int task() {
        return pid();
    }

    /** The pid in the job's pid namespace; the one an image records. */
    int innerPid();

    /** Pid namespaces within that of the job that it lives in, from the outside in. */
    default List<String> pidNamespaces() {
        return List.of();
    }

    /** True when the other process has a number in the pid namespace of this one. */
    default boolean sees(FrozenProcess other) {
        List<String> own = pidNamespaces();
        List<String> others = other.pidNamespaces();
        return others.size() >= own.size() && others.subList(0, own.size()).equals(own);
    }

    /** True for the first process of a pid namespace within that of the job, with which that ends. */
    default boolean isFirstOf(String pidNamespace) {
        List<String> own = pidNamespaces();
        List<Integer> numbers = procStatus().threadGroupIds();
        return own.indexOf(pidNamespace) == own.size() - 1 && numbers.get(numbers.size() - 1) == 1;
    }

    boolean isZombie();

    /** Text of {@code /proc/PID/NAME}: {@code status}, {@code maps}, {@code limits}. */
    String text(String name);

    byte[] bytes(String name);

    /** What {@code status} says, read once. */
    default ProcStatus procStatus() {
        return procStatus("status");
    }

    /** What such a file of one of its tasks says: {@code task/12/status}. */
    default ProcStatus procStatus(String name) {
        return ProcStatus.parse(text(name));
    }

    /** What {@code maps} says, read once. */
    default List<Vma> mappings() {
        return ProcMaps.parse(text("maps")).vmas();
    }

    /** What {@code smaps} says, read once. */
    default Smaps smaps() {
        return Smaps.parse(text("smaps"));
    }

    /** What {@code numa_maps} said of these mappings before the stop; empty when that is not known. */
    default Optional<NumaMaps> foreseenPolicies() {
        return Optional.empty();
    }

    /** Target of the symbolic link {@code /proc/PID/NAME}: {@code exe}, {@code cwd}, {@code root}. */
    String link(String name);

    /** The same; empty where the link leads nowhere. */
    Optional<String> tryLink(String name);

    /** Does work in a namespace of the process: of a sort that a thread of the engine can enter for itself. */
    default <R> R inside(NamespaceSort sort, Supplier<R> work) {
        return work.get();
    }

    /** Text of a file that shows whoever reads it his own ipc namespace, as the process would read it. */
    default String ipcText(String file) {
        return inside(NamespaceSort.IPC, () -> NodeText.read(file));
    }

    /** User namespaces that its namespace of a sort lies in, from the inside out, up to that of this process. */
    default List<UserNamespace> userNamespaces(NamespaceSort sort) {
        return List.of();
    }

    /** stat(2) through {@code /proc/PID/NAME}: of the mapped file behind {@code map_files/a-b}, of {@code cwd}. */
    FileStatus status(String name);

    /** The same of a symbolic link itself: {@code root/tmp/link}. */
    default FileStatus linkStatus(String name) {
        return status(name);
    }

    /** Names in a directory, {@code root/tmp}, in no order. */
    default List<String> names(String directory) {
        return List.of();
    }

    /** True when a file has extended attributes, such as access control lists. */
    default boolean hasAttributes(String name) {
        return false;
    }

    /** Id of the mount that {@code name} leads through: {@code exe}, {@code cwd}, {@code map_files/a-b}. */
    default int mountOf(String name) {
        return 0;
    }

    /**
     * Path of the file that a handle of name_to_handle_at(2) leads to, as the process sees it; empty when it has none
     * or the kernel does not know it.
     */
    Optional<String> pathOf(FileHandle file);

    /** A name of that very file in a directory, as the process sees it. */
    Optional<String> nameIn(String directory, FileStatus file);

    /** @param device of its file system, as {@code sdev} in {@code fdinfo} */
    record FileHandle(int device, int type, byte[] bytes) {}

    /** Leader first, unless it has ended before the others. */
    List<FrozenThread> threads();

    /** Open descriptors in ascending order. */
    List<StolenFile> files();

    /**
     * The file behind a link of {@code /proc/PID}, opened anew for reading: {@code map_files/START-END} or {@code fd/N}.
     * Its number is -1, for the process holds no descriptor of this opening, and its offset is the engine's.
     */
    StolenFile reopened(String name);

    /** One system call in the leader, which is put back as it was; the result, or -errno. */
    long call(int number, long... arguments);

    /** Like {@link #call}, with {@code room} writable bytes of the process lent for the call; see {@link RemoteRoom}. */
    <R> R withRoom(int bytes, RemoteRoom.Use<R> use);

    /** What a call in the leader tells. */
    default Answer ask(Inquiry inquiry) {
        return threads().get(0).ask(inquiry);
    }

    /** What becomes of memory that it maps from now on. */
    default FutureMemory futureMemory() {
        return FutureMemory.ORDINARY;
    }

    /**
     * A userfaultfd(2) for the memory of the process, which keeps nothing of it: a descriptor of the engine, the caller's to
     * close, or -errno.
     */
    int userfaultfd();

    /** The same, for an asynchronous one: it may be ignorant of the kernel's own writing, for nobody will wait. */
    int asynchronousUserfaultfd();

    /** Fills {@code into} from memory at {@code address}; unreadable pages are a fault. */
    void read(long address, ByteBuffer into);

    byte[] read(long address, int length);

    /** Nothing where a page cannot be read. */
    Optional<byte[]> tryRead(long address, int length);

    /**
     * Where, from {@code start} to {@code end}, the process has pages of its own: anonymous memory that was touched and
     * pages of private file mappings that were written to. Pages never touched, zero pages and guard pages are left out.
     */
    List<PageRange> anonymousPages(long start, long end);

    /**
     * Page frames behind private memory from {@code start} on: equal where processes still share a page since a
     * fork(2), 0 where there is none or it is the process's alone.
     */
    long[] sharedFrames(long start, int pages);

    /** Where, from {@code start} to {@code end}, guard pages lie (MADV_GUARD_INSTALL of madvise(2)). */
    List<PageRange> guardPages(long start, long end);
}
