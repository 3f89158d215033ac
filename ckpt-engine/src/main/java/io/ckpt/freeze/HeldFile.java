package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A file of a held process, reached through a descriptor here. */
abstract sealed class HeldFile implements StolenFile permits DuplicatedFile, ReopenedFile, TravellingFile {
    private static final int F_GETPIPE_SZ = 1032;
    private static final int SMALLEST_PAGE = 4096;
    /** The kernel holds 64 KiB on their way and 4 KiB that arrived. */
    private static final int MOST_IN_TERMINAL = 128 * 1024;

    private final SeizedProcess process;
    private FileStatus status;

    HeldFile(SeizedProcess process) {
        this.process = process;
    }

    @Override
    public SeizedProcess process() {
        return process;
    }

    /** The task that kcmp(2) is told. */
    int comparedTask() {
        return process.task();
    }

    /** Its descriptor there. */
    int comparedNumber() {
        return number();
    }

    /** Asked once: what is held still does not change, and every kind wants to know. */
    @Override
    public synchronized FileStatus status() {
        if (status == null) {
            long[] values = new long[FileStatuses.VALUES];
            require(LibCkpt.fstat(descriptor(), values), "fstat");
            status = FileStatuses.of(values);
        }
        return status;
    }

    @Override
    public int control(int command, long argument) {
        return require(LibCkpt.fcntl(descriptor(), command, argument), "fcntl(" + command + ")");
    }

    @Override
    public Owner owner() {
        long[] values = new long[3];
        require(LibCkpt.getOwner(descriptor(), values), "fcntl(F_GETOWN_EX)");
        return new Owner((int) values[0], (int) values[1], (int) values[2]);
    }

    @Override
    public int ioctl(long request, ByteBuffer inOut) {
        if (inOut.isDirect()) {
            return LibCkpt.ioctl(descriptor(), request, inOut);
        }
        ByteBuffer copy = ByteBuffer.allocateDirect(inOut.capacity());
        copy.put(inOut.duplicate().clear());
        int result = LibCkpt.ioctl(descriptor(), request, copy.clear());
        inOut.duplicate().clear().put(copy);
        return result;
    }

    @Override
    public byte[] socketOption(int level, int name, int room) {
        byte[] value = new byte[room];
        int length = require(
                LibCkpt.getsockopt(descriptor(), level, name, value, room), "getsockopt(" + level + ", " + name + ")");
        return Arrays.copyOf(value, length);
    }

    @Override
    public List<byte[]> peekPipe() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(control(F_GETPIPE_SZ, 0));
        int[] lengths = new int[1 + buffer.capacity() / SMALLEST_PAGE];
        int[] count = {lengths.length};
        require(LibCkpt.peekPipe(descriptor(), buffer, buffer.capacity(), lengths, count), "tee");
        List<byte[]> pieces = new ArrayList<>();
        for (int i = 0; i < count[0]; i++) {
            byte[] piece = new byte[lengths[i]];
            buffer.get(piece);
            pieces.add(piece);
        }
        return List.copyOf(pieces);
    }

    @Override
    public long fileSystem() {
        return require(LibCkpt.fileSystem(descriptor()), "fstatfs");
    }

    @Override
    public long hugePageSize() {
        return require(LibCkpt.hugePageSize(descriptor()), "fstatfs");
    }

    @Override
    public String infoOfTimer() {
        require(LibCkpt.timerLeft(descriptor()), "timerfd_gettime");
        return ProcFiles.text("self/fdinfo/" + descriptor());
    }

    @Override
    public Queue queue() {
        long[] values = new long[6];
        require(LibCkpt.posixQueue(descriptor(), values), "mq_getsetattr");
        return new Queue(values[0], values[1], values[2], (int) values[3], (int) values[4], values[5]);
    }

    @Override
    public List<Message> peekQueue() {
        Queue queue = queue();
        ByteBuffer buffer = ByteBuffer.allocateDirect(Math.toIntExact(queue.bytes() + queue.longestMessage()));
        int[] lengths = new int[(int) queue.waiting()];
        int[] priorities = new int[lengths.length];
        int count = require(
                LibCkpt.peekPosixQueue(descriptor(), buffer, buffer.capacity(), lengths, priorities, lengths.length),
                "mq_timedreceive and mq_timedsend");
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] text = new byte[lengths[i]];
            buffer.get(text);
            messages.add(new Message(priorities[i], text));
        }
        return List.copyOf(messages);
    }

    @Override
    public OptionalInt holderOutside() {
        return process.job().holders().of(this);
    }

    @Override
    public byte[] peekTerminal(StolenFile other, boolean isMaster) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(MOST_IN_TERMINAL);
        int master = isMaster ? descriptor() : other.descriptor();
        int slave = isMaster ? other.descriptor() : descriptor();
        long length = LibCkpt.peekTerminal(master, slave, descriptor(), buffer, buffer.capacity());
        return bytes(buffer, (int) require(length, "read and write back"));
    }

    @Override
    public StolenSocket socket() {
        return new HeldSocket(this);
    }

    @Override
    public int poll(int events) {
        return require(LibCkpt.poll(descriptor(), events), "poll");
    }

    @Override
    public boolean watches(int watched, int ordinal, StolenFile target) {
        int order = LibCkpt.compareWatched(
                target.process().task(), target.number(), process.task(), number(), watched, ordinal);
        return !Errno.ENOENT.is(order) && require(order, "kcmp(KCMP_EPOLL_TFD)") == 0;
    }

    @Override
    public int readAt(long position, ByteBuffer into) {
        if (!into.hasRemaining()) {
            return 0;
        }
        ByteBuffer direct = into.isDirect() ? into.slice() : ByteBuffer.allocateDirect(into.remaining());
        int count = (int) require(LibCkpt.pread(descriptor(), position, direct, into.remaining()), "pread");
        if (into.isDirect()) {
            into.position(into.position() + count);
        } else {
            into.put(direct.limit(count));
        }
        return count == 0 ? -1 : count;
    }

    @Override
    public Optional<Data> dataFrom(long position) {
        long[] values = new long[2];
        int found = require(LibCkpt.findData(descriptor(), position, values), "lseek(SEEK_DATA)");
        return found == 0 ? Optional.empty() : Optional.of(new Data(values[0], values[1]));
    }

    private static byte[] bytes(ByteBuffer buffer, int length) {
        byte[] bytes = new byte[length];
        buffer.get(0, bytes);
        return bytes;
    }

    private int require(int result, String call) {
        return KernelAnswer.require(result, () -> this + ": " + call);
    }

    private long require(long result, String call) {
        return KernelAnswer.require(result, () -> this + ": " + call);
    }
}
