package io.ckpt.job;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One committed checkpoint, as its manifest tells it.
 *
 * @param id unique in its store
 * @param job job it belongs to; {@code pid-4711} for a bare process tree
 * @param ownerUid real uid of the job's first process
 * @param store directory it lies in
 * @param node host name of the node that wrote it
 * @param processes number of living processes in it
 * @param threads number of their threads
 * @param frozen how long the job stood still
 * @param memoryBytes bytes of memory captured, before packing
 * @param storedBytes bytes the image takes on disk
 * @param strategy how memory was captured: {@code stop}, {@code live}, …
 * @param compression how memory was packed: {@code none}, {@code zstd 1}
 * @param generation restart count of the job that wrote it
 * @param jobTime when it was taken, in the life of the job
 * @param durable false while only the node that wrote it has it
 * @param needs names of those without which it cannot be restarted
 */
public record StoredCheckpoint(
        String id,
        String job,
        int ownerUid,
        int ownerGid,
        Instant created,
        Path store,
        String node,
        int processes,
        int threads,
        Duration frozen,
        long memoryBytes,
        long storedBytes,
        String strategy,
        String strategyReason,
        String compression,
        String compressionReason,
        int generation,
        JobTime jobTime,
        boolean durable,
        List<String> needs) {
    /** Whether another of the same run is newer, by the clock of the job: that of a node can be set back. */
    boolean isReplacedBy(StoredCheckpoint other) {
        return generation == other.generation
                && jobTime.born().equals(other.jobTime.born())
                && jobTime.compareTo(other.jobTime) < 0;
    }
}
