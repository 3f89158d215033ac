package io.ckpt.store;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.v1.Manifest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * A checkpoint in the store: either its manifest or what is wrong with it.
 *
 * @param image path of the image file
 */
public record StoredCheckpoint(String id, String job, Path image, Optional<Manifest> manifest, Optional<Fault> damage) {
    /**
     * Good checkpoints of one job, oldest first. Those of one run are told apart by the clock of the job, which goes on
     * where it stood when the job does: that of a node can be set back.
     */
    static final Comparator<StoredCheckpoint> BY_AGE = Comparator.comparingInt(StoredCheckpoint::generation)
            .thenComparing(StoredCheckpoint::jobBorn, Timestamps.comparator())
            .thenComparingLong(StoredCheckpoint::jobClock)
            .thenComparing(StoredCheckpoint::created)
            .thenComparing(StoredCheckpoint::id);

    static StoredCheckpoint good(String id, String job, Path image, Manifest manifest) {
        return new StoredCheckpoint(id, job, image, Optional.of(manifest), Optional.empty());
    }

    static StoredCheckpoint damaged(String id, String job, Path image, Fault damage) {
        return new StoredCheckpoint(id, job, image, Optional.empty(), Optional.of(damage));
    }

    /** When it was begun, to the second, as its name tells. */
    public Instant begun() {
        return CheckpointName.parse(id).time();
    }

    int generation() {
        return manifest.orElseThrow().getGeneration();
    }

    boolean standsAlone() {
        return manifest.orElseThrow().getLinksCount() == 0;
    }

    /** Whether another of the same run is newer; runs of two jobs of one name are not the same. */
    boolean isReplacedBy(StoredCheckpoint other) {
        return generation() == other.generation()
                && jobBorn().equals(other.jobBorn())
                && BY_AGE.compare(this, other) < 0;
    }

    /** By the clock of the node that took it. */
    Instant created() {
        Timestamp time = manifest.orElseThrow().getCreateTime();
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }

    Timestamp jobBorn() {
        return manifest.orElseThrow().getJobBorn();
    }

    private long jobClock() {
        return manifest.orElseThrow().getClocks().getMonotonicNs();
    }

    public boolean isGood() {
        return manifest.isPresent();
    }

    /** @throws Fault where it is not damage that keeps it from being read, but the moment */
    void requireDamage() {
        damage.filter(fault -> fault.code() != FaultCode.IMAGE_DAMAGED).ifPresent(fault -> {
            throw fault;
        });
    }
}
