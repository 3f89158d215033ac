package io.ckpt.fault;

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
        String lines = String.join("\n", refusals.stream().map(Refusal::toString).toList());
        return new Fault(
                FaultCode.UNSUPPORTED_OBJECT,
                refusals.size() == 1 ? lines : refusals.size() + " objects cannot be checkpointed:\n" + lines,
                "end or close what is named above, or run the job without it");
    }

    public static Fault internal(String message, Throwable cause) {
        return new Fault(FaultCode.INTERNAL, message, "this is a defect of ckpt: please report it", cause);
    }

    public FaultCode code() {
        return code;
    }

    /** What the reader can do about it; a full clause without a final stop. */
    public String remedy() {
        return remedy;
    }
}
