package io.ckpt.kind;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.FileStatus;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.FrozenThread;
import io.ckpt.freeze.PageRange;
import io.ckpt.freeze.RemoteRoom;
import io.ckpt.freeze.StolenFile;
import io.ckpt.procfs.ProcStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One process as it was found, with the texts that were captured from its directory in /proc. */
public final class RecordedProcess implements FrozenProcess {
    private static final int PAGE = 4096;

    private static final long ROOM = 0x7ffd_0000_0000L;

    private final int pid;
    private final int innerPid;
    private List<String> pidNamespaces = List.of();
    private byte[] room = {};
    private Kernel kernel = (number, arguments, lent) -> {
        throw new UnsupportedOperationException("a recorded process cannot run");
    };
    private long framesAt;
    private long[] frames = {};
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, FileStatus> statuses = new HashMap<>();
    private final List<StolenFile> files = new ArrayList<>();

    public RecordedProcess(int pid, int innerPid) {
        this.pid = pid;
        this.innerPid = innerPid;
    }

    public RecordedProcess text(String name, String text) {
        texts.put(name, text);
        return this;
    }

    public RecordedProcess status(String name, FileStatus status) {
        statuses.put(name, status);
        return this;
    }

    /** Private memory from {@code start} on, by the frames of its pages. */
    public RecordedProcess frames(long start, long... recorded) {
        framesAt = start;
        frames = recorded;
        return this;
    }

    /** Answers the calls that the process is made to make. */
    public RecordedProcess answering(Kernel answers) {
        kernel = answers;
        return this;
    }

    /** What answers calls; {@code room} is what was lent for the call. */
    public interface Kernel {
        long call(int number, long[] arguments, byte[] room);
    }

    /** A descriptor of this process; the caller goes on to say what it is. */
    public RecordedFile file(int number, int description) {
        RecordedFile file = new RecordedFile(this, number, description);
        files.add(file);
        return file;
    }

    @Override
    public int pid() {
        return pid;
    }

    @Override
    public int innerPid() {
        return innerPid;
    }

    /** Pid namespaces of the job's own, from the outside in, as the status tells their numbers last. */
    public RecordedProcess within(String... namespaces) {
        pidNamespaces = List.of(namespaces);
        return this;
    }

    @Override
    public List<String> pidNamespaces() {
        return pidNamespaces;
    }

    @Override
    public ProcStatus procStatus(String name) {
        String text = text(name);
        int depth = ProcStatus.parse(text).job();
        return ProcStatus.parse(text, depth - pidNamespaces.size());
    }

    @Override
    public boolean isZombie() {
        return false;
    }

    @Override
    public String text(String name) {
        return recorded(texts, name);
    }

    @Override
    public byte[] bytes(String name) {
        return text(name).getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String link(String name) {
        return text(name);
    }

    @Override
    public Optional<String> tryLink(String name) {
        return Optional.ofNullable(texts.get(name));
    }

    @Override
    public String ipcText(String file) {
        return text(file);
    }

    @Override
    public FileStatus status(String name) {
        return recorded(statuses, name);
    }

    @Override
    public Optional<String> pathOf(FileHandle file) {
        return Optional.ofNullable(texts.get("handle " + HexFormat.of().formatHex(file.bytes())));
    }

    @Override
    public Optional<String> nameIn(String directory, FileStatus file) {
        return Optional.ofNullable(texts.get("name in " + directory));
    }

    @Override
    public List<FrozenThread> threads() {
        return List.of();
    }

    @Override
    public List<StolenFile> files() {
        return files;
    }

    @Override
    public StolenFile reopened(String name) {
        throw new UnsupportedOperationException("mapped files were not recorded");
    }

    @Override
    public long call(int number, long... arguments) {
        return kernel.call(number, arguments, room);
    }

    @Override
    public <R> R withRoom(int bytes, RemoteRoom.Use<R> use) {
        room = new byte[bytes];
        return use.apply(new RemoteRoom() {
            @Override
            public long address() {
                return ROOM;
            }

            @Override
            public void write(int offset, byte[] written) {
                System.arraycopy(written, 0, room, offset, written.length);
            }

            @Override
            public byte[] read(int offset, int length) {
                return Arrays.copyOfRange(room, offset, offset + length);
            }
        });
    }

    @Override
    public int userfaultfd() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int asynchronousUserfaultfd() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void read(long address, ByteBuffer into) {
        throw new UnsupportedOperationException("memory was not recorded");
    }

    @Override
    public byte[] read(long address, int length) {
        throw new UnsupportedOperationException("memory was not recorded");
    }

    @Override
    public Optional<byte[]> tryRead(long address, int length) {
        return Optional.empty();
    }

    @Override
    public long[] sharedFrames(long start, int pages) {
        int from = (int) ((start - framesAt) / PAGE);
        return Arrays.copyOfRange(frames, from, from + pages);
    }

    @Override
    public List<PageRange> guardPages(long start, long end) {
        return List.of();
    }

    @Override
    public List<PageRange> anonymousPages(long start, long end) {
        if (frames.length == 0) {
            throw new UnsupportedOperationException("memory was not recorded");
        }
        return List.of(new PageRange(start, end - start));
    }

    private <V> V recorded(Map<String, V> values, String name) {
        if (!values.containsKey(name)) {
            throw new Fault(FaultCode.NOT_FOUND, "pid " + pid + ": no " + name, "record it");
        }
        return values.get(name);
    }
}
