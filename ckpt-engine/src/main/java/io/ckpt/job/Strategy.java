package io.ckpt.job;

/** How memory is to be captured. */
public enum Strategy {
    /** As fits the job and the node. */
    AUTO,
    /** While the job stands still. */
    STOP,
    /** While the job runs on. */
    LIVE,
    /** What changed since the checkpoint before. */
    DELTA
}
