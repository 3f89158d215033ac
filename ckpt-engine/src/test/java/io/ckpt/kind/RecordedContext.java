package io.ckpt.kind;

import com.google.protobuf.ByteString;
import io.ckpt.fault.Refusal;
import io.ckpt.freeze.FileStatus;
import io.ckpt.freeze.FrozenJob;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.FrozenThread;
import io.ckpt.freeze.Inquiry;
import io.ckpt.freeze.LivePages;
import io.ckpt.freeze.StolenFile;
import io.ckpt.freeze.UnusualSharing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A recorded job, and what its kinds had to say while they captured it. */
public final class RecordedContext implements CaptureContext {
    private final List<FrozenProcess> processes;
    private final List<Refusal> refusals = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Map<ObjectId, Long> contents = new LinkedHashMap<>();

    public RecordedContext(FrozenProcess... processes) {
        this.processes = List.of(processes);
    }

    public List<Refusal> refusals() {
        return refusals;
    }

    public List<String> warnings() {
        return warnings;
    }

    /** Kept content by length. */
    public Map<ObjectId, Long> contents() {
        return contents;
    }

    @Override
    public void opens(int pid, String object, String path, int access) {
        // the user of a recorded job is nobody here
    }

    @Override
    public FrozenJob job() {
        return new FrozenJob() {
            @Override
            public boolean isThere(int pid) {
                return true;
            }

            @Override
            public List<UnusualSharing> unusualSharing() {
                return List.of();
            }

            @Override
            public String outerLink(String name) {
                return processes.get(0).link(name);
            }

            @Override
            public String outerText(String name) {
                return processes.get(0).text("outer " + name);
            }

            @Override
            public <R> R whileHeld(Supplier<R> work) {
                return work.get();
            }

            @Override
            public List<FrozenProcess> processes() {
                return processes;
            }

            @Override
            public List<StolenFile> travellingFiles() {
                return List.of();
            }

            @Override
            public void ask(Map<FrozenThread, List<Inquiry>> inquiries) {
                throw new UnsupportedOperationException("a recorded job cannot run");
            }

            @Override
            public long frozenNanos() {
                return 0;
            }

            @Override
            public void kill() {
                throw new UnsupportedOperationException("a recorded job does not live");
            }

            @Override
            public void close() {
                // nothing was frozen
            }

            @Override
            public void closeBeside(LivePages pages) {
                throw new UnsupportedOperationException("a recorded job does not live");
            }
        };
    }

    @Override
    public ObjectId id(StolenFile file) {
        return ObjectId.file(file.description());
    }

    @Override
    public List<StolenFile> files() {
        return processes.stream().flatMap(process -> process.files().stream()).toList();
    }

    @Override
    public List<StolenFile> descriptionsOf(StolenFile file) {
        return new FileIndex(files()).descriptionsOf(file);
    }

    @Override
    public SocketIndex sockets() {
        return new SocketIndex(files());
    }

    @Override
    public List<FrozenProcess> ipcMembers() {
        return processes;
    }

    @Override
    public boolean isOwnIpc() {
        return false;
    }

    @Override
    public List<Integer> nodeCpus() {
        return List.of(0, 1);
    }

    @Override
    public FileStatus fileOf(MappedArea area) {
        return area.process().status(area.vma().mapFile());
    }

    @Override
    public ByteString buildId(FrozenProcess process, String path) {
        return ByteString.EMPTY;
    }

    @Override
    public boolean isInherited(MappedArea area) {
        return false;
    }

    @Override
    public boolean isFirstHeir(MappedArea area) {
        return false;
    }

    @Override
    public void embed(MappedArea area) {
        // a recorded job goes nowhere
    }

    @Override
    public void keepPages(MappedArea area) {
        throw new UnsupportedOperationException("memory was not recorded");
    }

    @Override
    public ObjectId backing(MappedArea area) {
        throw new UnsupportedOperationException("memory was not recorded");
    }

    @Override
    public void refuse(int pid, String object, String reason, String remedy) {
        refusals.add(new Refusal(pid, object, reason, remedy));
    }

    @Override
    public void warn(String message) {
        warnings.add(message);
    }

    @Override
    public void keepContent(ObjectId id, StolenFile file, long length) {
        contents.put(id, length);
    }
}
