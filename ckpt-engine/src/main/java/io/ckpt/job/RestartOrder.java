package io.ckpt.job;

import io.ckpt.kind.RestartOptions;

/**
 * What is to be restarted, and how.
 *
 * @param checkpoint which one
 * @param options what the kinds are told
 * @param stdioOf pid of a living process whose stdin, stdout and stderr the job gets where its own led to a terminal or
 *     pipe outside the job; the engine's own pid when it works inside the caller
 * @param detach nobody will wait for the job: it must not end with the engine
 * @param lazy the job runs before most of its memory is there
 * @param dryRun stop after preflight and plan; nothing is started
 */
public record RestartOrder(
        CheckpointName checkpoint, RestartOptions options, int stdioOf, boolean detach, boolean lazy, boolean dryRun) {}
