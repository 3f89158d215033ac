package io.ckpt.scheduler;

/** What the scheduler's controller thinks of a node. */
public enum NodeHealth {
    RESPONDING,
    NOT_RESPONDING,
    /** Out of service: its jobs have been taken from it. */
    DOWN
}
