package io.ckpt.fault;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;

/**
 * The one exception of the engine. Its message names the process, the object, the call and its errno; {@link #remedy}
 * says the way out.
 */
public final class Fault extends RuntimeException {
    private final FaultCode code;
    private final String remedy;

    public Fault(FaultCode code, String message, String remedy) {
        this(code, message, remedy, null);
    }

    public Fault(FaultCode code, String message, String remedy, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.remedy = remedy;
    }

    /** Everything unsupported in one job, told at once. */
    public static Fault refusals(List<Refusal> refusals) {
        String lines =
                String.join("\n", refusals.stream().map(Refusal::toString).toList());
        return new Fault(
                FaultCode.UNSUPPORTED_OBJECT,
                refusals.size() == 1 ? lines : refusals.size() + " objects cannot be checkpointed:\n" + lines,
                refusals.stream().allMatch(Refusal::passes)
                        ? Refusal.TRY_AGAIN + "; if it persists, end or close what is named above"
                        : "end or close what is named above, or run the job without it");
    }

    public static Fault internal(String message, Throwable cause) {
        return new Fault(FaultCode.INTERNAL, message, "this is a defect of ckpt: please report it", cause);
    }

    /** A failed file operation; {@code action} names what was done to which file: "write /ckpt/4711/image.tar". */
    public static Fault io(String action, IOException cause) {
        String reason = reason(cause);
        String message = "cannot " + action + ": " + reason;
        if (reason.contains("No space left") || reason.contains("quota exceeded")) {
            return new Fault(
                    FaultCode.STORE_FULL,
                    message,
                    "free space there, keep fewer checkpoints or use another store",
                    cause);
        }
        return new Fault(
                FaultCode.IO_ERROR, message, "check that the file system is mounted, writable and sound", cause);
    }

    private static String reason(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "No such file or directory";
        }
        if (cause instanceof NotDirectoryException) {
            return "Not a directory";
        }
        if (cause instanceof AccessDeniedException) {
            return "Permission denied";
        }
        boolean named = cause instanceof FileSystemException file && file.getReason() != null;
        String reason = named ? ((FileSystemException) cause).getReason() : cause.getMessage();
        return reason == null ? cause.getClass().getSimpleName() : reason;
    }

    public FaultCode code() {
        return code;
    }

    /** True when only states stand against it that do not last: a connection that is about to be accepted. */
    public boolean passes() {
        return code == FaultCode.UNSUPPORTED_OBJECT && remedy.startsWith(Refusal.TRY_AGAIN);
    }

    /** What the reader can do about it; a full clause without a final stop. */
    public String remedy() {
        return remedy;
    }
}
