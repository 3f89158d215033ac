package io.ckpt.freeze;

import java.nio.ByteBuffer;

/**
 * One descriptor of a frozen process, with a duplicate of it in the engine (pidfd_getfd(2)): system calls here act on
 * the very same open file description, so nothing that moves an offset or drains a queue may be called.
 */
public interface StolenFile {
    FrozenProcess process();

    int number();

    /** Descriptor number of the duplicate in the engine's own process; valid until the job is thawed. */
    int descriptor();

    /** Target of {@code /proc/PID/fd/N}: {@code /home/x/out.dat}, {@code pipe:[4711]}, {@code anon_inode:[eventfd]}. */
    String link();

    /** Text of {@code /proc/PID/fdinfo/N}. */
    String info();

    FileStatus status();

    /**
     * A number that two descriptors share exactly when they are the same open file description (kcmp(2)). Numbers
     * count from 0 over the whole job, in the order of processes and descriptors.
     */
    int description();

    /** fcntl(2) on the duplicate; result or a fault. */
    int control(int command, long argument);

    /** ioctl(2) with a pointer to {@code inOut} on the duplicate; result or -errno. */
    int ioctl(long request, ByteBuffer inOut);

    /** getsockopt(2); the value as the kernel wrote it, or a fault. */
    byte[] socketOption(int level, int name, int room);

    /** Bytes queued in a pipe, without consuming them (tee(2)). */
    byte[] peekPipe();

    /** Messages queued in a UNIX socket, without consuming them (MSG_PEEK with SO_PEEK_OFF). */
    java.util.List<byte[]> peekSocket();

    /** Content of a file by position, leaving the offset alone (pread(2)); -1 at the end. */
    int readAt(long position, ByteBuffer into);
}
