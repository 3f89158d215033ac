package io.ckpt.kind;

import io.ckpt.freeze.FileStatus;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.StolenFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** One descriptor as it was found in a running process, with the texts and answers of the kernel. */
public final class RecordedFile implements StolenFile {
    private final FrozenProcess process;
    private final int number;
    private final int description;
    private String link = "";
    private String info = "";
    private FileStatus status;
    private long fileSystem = 0x01021994;
    private long hugePageSize;
    private Queue queue;
    private final List<Message> messages = new ArrayList<>();
    private OptionalInt holder = OptionalInt.empty();
    private int readiness;
    private Owner owner = new Owner(1, 0, 0);
    private OptionalInt answer = OptionalInt.empty();
    private final List<byte[]> pipe = new ArrayList<>();
    private final Map<Integer, Integer> controls = new HashMap<>();
    private final Map<Integer, byte[]> options = new HashMap<>();
    private final Map<Integer, StolenFile> watched = new HashMap<>();
    private final RecordedSocket socket = new RecordedSocket();

    public RecordedFile(FrozenProcess process, int number, int description) {
        this.process = process;
        this.number = number;
        this.description = description;
    }

    public RecordedFile link(String text) {
        link = text;
        return this;
    }

    public RecordedFile info(String text) {
        info = text;
        return this;
    }

    public RecordedFile status(int mode, long inode, int links, long rdevice, long size) {
        status = new FileStatus(0xfe00, inode, mode, links, 1000, 1000, rdevice, size, 8, 1795369647_000000001L);
        return this;
    }

    public RecordedFile queue(Queue recorded) {
        queue = recorded;
        fileSystem = 0x19800202;
        return this;
    }

    /** One more that waits in the queue. */
    public RecordedFile message(int priority, String text) {
        messages.add(new Message(priority, text.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    public RecordedFile heldBy(int pid) {
        holder = OptionalInt.of(pid);
        return this;
    }

    public RecordedFile control(int command, int result) {
        controls.put(command, result);
        return this;
    }

    public RecordedFile option(int name, byte... value) {
        options.put(name, value);
        return this;
    }

    public RecordedFile ready(int events) {
        readiness = events;
        return this;
    }

    /** What ioctl(2) puts where its pointer leads. */
    public RecordedFile answer(int value) {
        answer = OptionalInt.of(value);
        return this;
    }

    public RecordedFile owner(int type, int id, int signal) {
        owner = new Owner(type, id, signal);
        return this;
    }

    public RecordedFile queued(String text) {
        pipe.add(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return this;
    }

    public RecordedFile watching(int watchedNumber, StolenFile target) {
        watched.put(watchedNumber, target);
        return this;
    }

    @Override
    public FrozenProcess process() {
        return process;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public int descriptor() {
        throw new UnsupportedOperationException("a recorded file has no descriptor");
    }

    @Override
    public String link() {
        return link;
    }

    @Override
    public String info() {
        return info;
    }

    @Override
    public FileStatus status() {
        return status;
    }

    @Override
    public int description() {
        return description;
    }

    @Override
    public int control(int command, long argument) {
        return controls.get(command);
    }

    public RecordedFile hugePages(long size) {
        hugePageSize = size;
        return this;
    }

    @Override
    public long hugePageSize() {
        return hugePageSize;
    }

    @Override
    public long fileSystem() {
        return fileSystem;
    }

    @Override
    public Queue queue() {
        return queue;
    }

    @Override
    public List<Message> peekQueue() {
        return messages;
    }

    @Override
    public OptionalInt holderOutside() {
        return holder;
    }

    @Override
    public Owner owner() {
        return owner;
    }

    @Override
    public int ioctl(long request, ByteBuffer inOut) {
        if (answer.isEmpty()) {
            throw new UnsupportedOperationException("ioctl " + request + " was not recorded");
        }
        inOut.putInt(0, answer.getAsInt());
        return 0;
    }

    @Override
    public byte[] socketOption(int level, int name, int room) {
        byte[] value = options.get(name);
        if (value == null) {
            throw new UnsupportedOperationException("socket option " + name + " was not recorded");
        }
        return value;
    }

    @Override
    public List<byte[]> peekPipe() {
        return pipe;
    }

    @Override
    public byte[] peekTerminal(StolenFile other, boolean isMaster) {
        throw new UnsupportedOperationException("no terminal was recorded");
    }

    @Override
    public RecordedSocket socket() {
        return socket;
    }

    @Override
    public int poll(int events) {
        return readiness;
    }

    @Override
    public boolean watches(int watchedNumber, int ordinal, StolenFile target) {
        return ordinal == 0 && watched.get(watchedNumber) == target;
    }

    @Override
    public int readAt(long position, ByteBuffer into) {
        throw new UnsupportedOperationException("content was not recorded");
    }
}
