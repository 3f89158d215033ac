package io.ckpt.kind.file;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.Unsupported;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import java.util.Map;

/** Every open file that no other kind accepts: the last line of the registry. It refuses, and names the way out. */
public final class UnsupportedKind implements ObjectKind<StolenFile, Unsupported> {
    private static final String CLOSE = "close it before the checkpoint, or run the job without it";

    /** Beginning of what /proc calls a file, and what the user can do. */
    private static final Map<String, String> REMEDIES = Map.of(
            "/secretmem", "use ordinary memory: secrets are kept from everybody, an image is no place for them",
            "anon_inode:[io_uring]", "run the program with its io_uring back end switched off",
            "anon_inode:[userfaultfd]", "run the program without user-space paging",
            "anon_inode:[perf_event]", "run the job without the profiler",
            "anon_inode:bpf", "run the job without tracing programs",
            "/dev/nvidia", "checkpoint the job when it does not use the GPU",
            "/dev/infiniband", "let the job talk over TCP or shared memory within one node");

    @Override
    public String name() {
        return "unsupported";
    }

    @Override
    public Unsupported emptyState() {
        return Unsupported.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return true;
    }

    @Override
    public Unsupported capture(StolenFile file, CaptureContext context) {
        Description.refuse(file, context, reason(file), remedy(file));
        return emptyState();
    }

    @Override
    public void plan(ObjectId id, Unsupported state, PlanContext plan) {
        throw new IllegalStateException(id + ": what is refused is never stored");
    }

    private static String reason(StolenFile file) {
        if (Terminals.is(file.status())) {
            return "a terminal can only be standard input, output or error of the job";
        }
        return "this kind of open file cannot be checkpointed yet";
    }

    private static String remedy(StolenFile file) {
        if (Terminals.is(file.status())) {
            return "start the job with setsid and its streams redirected to files";
        }
        return REMEDIES.entrySet().stream()
                .filter(entry -> file.link().startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(CLOSE);
    }
}
