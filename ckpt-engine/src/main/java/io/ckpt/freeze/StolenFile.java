package io.ckpt.freeze;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One descriptor of a frozen process, with a duplicate of it in the engine (pidfd_getfd(2)): system calls here act on
 * the very same open file description, so nothing that moves an offset or drains a queue may be called.
 */
public interface StolenFile {
    FrozenProcess process();

    /** -1 for one that the process has under no number. */
    int number();

    /** What messages call it. */
    default String title() {
        return "fd " + number() + " [" + link() + "]";
    }

    /** Opened anew for reading; see {@link FrozenProcess#reopened}. */
    default StolenFile reopened() {
        return process().reopened("fd/" + number());
    }

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

    /** Type of the file system it lies on; see f_type in statfs(2). */
    long fileSystem();

    /** Size of the pages it is made of when it lies in hugetlbfs, else 0. */
    default long hugePageSize() {
        return 0;
    }

    /**
     * {@link #info} of a timer that runs: a periodic one stops at an expiration that nobody reads, counts the others and goes
     * on when somebody asks what is left (timerfd_gettime(2)).
     */
    default String infoOfTimer() {
        return info();
    }

    /** fcntl(2) on the duplicate; result or a fault. */
    int control(int command, long argument);

    /** Whom the file signals (F_SETOWN of fcntl(2)); the id is a pid as the engine sees it. */
    Owner owner();

    /** ioctl(2) with a pointer to {@code inOut} on the duplicate; result or -errno. */
    int ioctl(long request, ByteBuffer inOut);

    /** getsockopt(2); the value as the kernel wrote it, or a fault. */
    byte[] socketOption(int level, int name, int room);

    /** What is queued in a pipe, without consuming it (tee(2)): each packet, or all bytes in one piece. */
    List<byte[]> peekPipe();

    /**
     * What waits to be read from this side of a pseudo-terminal; both sides are the job's alone, and {@code other} is the
     * other one.
     */
    byte[] peekTerminal(StolenFile other, boolean isMaster);

    /** What only a POSIX message queue answers. */
    Queue queue();

    /**
     * The messages that wait in a POSIX message queue, in the order in which they would be received. They are taken out and
     * put back at once; nobody but the job may have the queue, and nobody be notified.
     */
    List<Message> peekQueue();

    /** A process outside the job that has the same file open, as far as this process may look. */
    default OptionalInt holderOutside() {
        return OptionalInt.empty();
    }

    /** What only sockets answer. */
    StolenSocket socket();

    /** Which of {@code events} hold now, with POLLERR and POLLHUP (poll(2) without waiting). */
    int poll(int events);

    /**
     * True when this epoll instance watches exactly {@code target} (kcmp(2) with KCMP_EPOLL_TFD).
     *
     * @param number descriptor number that the target had when it was added
     * @param ordinal place among the entries with this number, from 0, in the order of {@link #info}
     */
    boolean watches(int number, int ordinal, StolenFile target);

    /** Content of a file by position, leaving the offset alone (pread(2)); -1 at the end. */
    int readAt(long position, ByteBuffer into);

    /**
     * The first range at or after {@code position} that is not a hole; nothing when only a hole is left, or the file ends
     * there. The offset does not move.
     */
    default Optional<Data> dataFrom(long position) {
        long size = status().size();
        return position < size ? Optional.of(new Data(position, size)) : Optional.empty();
    }

    /**
     * @param type F_OWNER_TID, F_OWNER_PID or F_OWNER_PGRP
     * @param id 0 for nobody
     * @param signal 0 for the usual one
     */
    record Owner(int type, int id, int signal) {}

    /**
     * A POSIX message queue, see mq_overview(7).
     *
     * @param waiting messages that nobody has received
     * @param notification sigev_notify of the process that is told of the next message
     * @param notified that process, 0 for none
     * @param bytes of all messages that wait
     */
    record Queue(long mostMessages, long longestMessage, long waiting, int notification, int notified, long bytes) {}

    /** What waits in such a queue. */
    record Message(int priority, byte[] text) {}

    /** Bytes of a file that are not a hole: from {@code start}, up to but without {@code end}. */
    record Data(long start, long end) {}
}
