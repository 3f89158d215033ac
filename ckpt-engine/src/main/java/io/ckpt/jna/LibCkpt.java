package io.ckpt.jna;

import com.sun.jna.FunctionMapper;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.nio.Buffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * libckpt.so by direct mapping; what each function does, returns and asks of its caller is said in {@code ckpt.h}, where
 * {@code ckpt_get_regset} is {@code getRegset} here. Every result below 0 is a negated errno. Strings that end with NUL
 * are byte arrays, so that no character set stands between a file name and the kernel. Buffers are direct ones.
 */
public final class LibCkpt {
    /** The interface version that this class was written for. */
    static final int ABI = 1;

    static {
        Path library = NativeFiles.find("libckpt.so");
        Native.register(LibCkpt.class, open(library));
        requireAbi(library);
    }

    private LibCkpt() {}

    public static native int abiVersion();

    public static native int seize(int tid);

    public static native int suspendSeccomp(int tid);

    public static native int redirectsCalls(int tid);

    public static native int getSeccompFilter(int tid, int number, byte[] program, long[] flags);

    public static native int waitStop(int tid, int timeoutMillis);

    public static native int detach(int tid);

    public static native int killOnExit(int tid, int kill);

    public static native int getRegset(int tid, int type, byte[] buffer, int size);

    public static native int xstateBytes();

    public static native int xstateOffset(int feature);

    public static native int setRegset(int tid, int type, byte[] buffer, int size);

    public static native int getSignalMask(int tid, long[] mask);

    public static native int setSignalMask(int tid, long mask);

    public static native int peekSignals(int tid, int shared, long from, int count, byte[] buffer);

    public static native int getRseq(int tid, long[] values);

    public static native int schedulingPolicy(int tid);

    public static native int ioPriority(int tid);

    public static native int standBack(int nice, int ioPriority);

    public static native int speculation(int feature);

    public static native int getRobustList(int tid, long[] values);

    public static native int remoteCall(
            int tid, long instruction, long wayBack, long number, long[] arguments, long[] result);

    public static native int remoteCalls(long[] tasks, int count, long[] calls, byte[] rooms);

    public static native int remoteLists(long[] tasks, int count, long[] calls, byte[] rooms);

    public static native long listPlace(long calls, long room);

    public static native long listRoom(long calls);

    public static native long findCode(int pid, int what, long start, long end);

    public static native long readMemory(int pid, long address, Buffer buffer, long length);

    public static native long readMemory(int pid, long address, byte[] buffer, long length);

    public static native long writeMemory(int pid, long address, Buffer buffer, long length);

    public static native long writeMemory(int pid, long address, byte[] buffer, long length);

    public static native int scanGuards(int pid, long start, long end, long[] ranges, int capacity, long[] next);

    public static native int scanPages(
            int pid, long start, long end, int files, long[] ranges, int capacity, long[] next);

    public static native int sharedFrames(int pid, long start, int count, long[] frames);

    public static native int accessAs(
            int[] ids, int[] groups, int groupCount, int root, byte[] paths, int[] access, int count, int[] results);

    public static native int pidfdOpen(int pid);

    public static native int pidfdOpenThread(int tid);

    public static native int pidfdGetfd(int pidfd, int number);

    public static native long fileSystem(int fd);

    public static native long hugePageSize(int fd);

    public static native long timerLeft(int fd);

    public static native long writeContent(int fd, long offset, Buffer buffer, long length);

    public static native int kcmp(int pid1, int pid2, int type, long index1, long index2);

    public static native int compareWatched(int pid, int fd, int watcher, int epoll, int number, int ordinal);

    public static native int open(byte[] path, int flags);

    public static native int openHandle(byte[] mount, int type, byte[] handle, int length);

    public static native int openReadOnly(byte[] path);

    public static native int close(int fd);

    public static native int fsync(int fd);

    public static native int fcntl(int fd, int command, long argument);

    public static native int getOwner(int fd, long[] values);

    public static native int ioctl(int fd, long request, Buffer inOut);

    public static native int getsockopt(int fd, int level, int name, byte[] value, int size);

    public static native int socketName(int fd, int peer, byte[] address, int size);

    public static native int poll(int fd, int events);

    public static native long pread(int fd, long position, Buffer buffer, long length);

    public static native long pwrite(int fd, long position, Buffer buffer, long length);

    public static native int findData(int fd, long position, long[] values);

    public static native int stat(byte[] path, long[] values);

    public static native int fstat(int fd, long[] values);

    public static native int lstat(byte[] path, long[] values);

    public static native int mountId(byte[] path);

    public static native long attributeNames(byte[] path);

    public static native long listNames(byte[] path, byte[] names, long size);

    public static native long readFile(byte[] path, byte[] buffer, long size);

    public static native int listNumbers(byte[] path, int[] numbers, int capacity);

    public static native int semaphoreUser(int id, int number);

    public static native int semaphoreValue(int id, int number);

    public static native long queueCapacity(int id);

    public static native long peekMessage(int id, int position, byte[] buffer, long size);

    public static native int posixQueue(int fd, long[] values);

    public static native int peekPosixQueue(
            int fd, Buffer buffer, long size, int[] lengths, int[] priorities, int capacity);

    public static native int openDirect(byte[] path, int block);

    public static native int writeBehind(byte[] path, long start, long length);

    public static native int readlink(byte[] path, byte[] buffer, int size);

    public static native long peekPipe(int fd, Buffer buffer, long size, int[] lengths, int[] count);

    public static native long peekTerminal(int master, int slave, int from, Buffer buffer, long size);

    public static native long peekSocket(
            int fd,
            long offset,
            Buffer buffer,
            long size,
            byte[] name,
            int[] nameSize,
            int[] fds,
            int[] count,
            int[] sender);

    public static native long peekBefore(int fd, long offset, Buffer buffer, long length);

    public static native long peekStream(int fd, Buffer buffer, long size, long[] values);

    public static native int resetOnClose(int fd);

    public static native long readTcpQueue(int fd, int queue, long[] values, Buffer buffer, long size);

    public static native long readUnaccepted(
            int listener,
            int[] clients,
            byte[] names,
            int count,
            long[] lengths,
            long[] marks,
            Buffer buffer,
            long size);

    public static native int diagOpen(int pid);

    public static native int setns(int descriptor, int type);

    public static native long readInUserNamespace(int descriptor, byte[] path, byte[] buffer, long size);

    public static native long unixPeer(int diag, long inode);

    public static native long unixPending(int diag, long inode, long[] inodes, int capacity);

    public static native long unixBacklog(int diag, long inode);

    public static native long packetSocket(int diag, long inode, int[] hasRing, byte[] memberships, long size);

    public static native int tcpKeys(int diag, int fd);

    public static native int spawn(byte[] path, byte[] argv, byte[] envp, int[] fds, int count, int newSession);

    public static native int reap(int pid, int timeoutMillis);

    public static native int waitGone(int pidfd, int timeoutMillis);

    public static native int kill(int pid, int signal);

    public static native int listen(byte[] path, int mode);

    public static native int connect(byte[] path);

    public static native int shutdown(int fd);

    public static native int accept(int fd, int timeoutMillis);

    public static native int peer(int fd, int[] values);

    public static native int socketpair(int[] fds);

    public static native int send(int fd, byte[] packet, int length, int[] fds, int count);

    public static native int receive(int fd, byte[] packet, int size, int[] fds, int[] count, int timeoutMillis);

    /** The library, with functions named as here. */
    static NativeLibrary open(Path library) {
        FunctionMapper names = (ignored, method) ->
                "ckpt_" + method.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
        try {
            return NativeLibrary.getInstance(library.toString(), Map.of(Library.OPTION_FUNCTION_MAPPER, names));
        } catch (UnsatisfiedLinkError e) {
            throw new Fault(
                    FaultCode.CONFIGURATION,
                    "cannot load " + library + ": " + e.getMessage(),
                    "install the build of ckpt made for this machine",
                    e);
        }
    }

    private static void requireAbi(Path library) {
        int found = abiVersion();
        if (found != ABI) {
            throw new Fault(
                    FaultCode.CONFIGURATION,
                    library + " has interface version " + found + ", this engine needs " + ABI,
                    "install engine and library from one and the same build");
        }
    }
}
