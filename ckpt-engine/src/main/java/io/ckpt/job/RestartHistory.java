package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one run of a job has gone through to be restarted. A place in which a restart failed half-way is cleared by
 * ckpt-run, which then says hello again: so the next try must know of the last. A try holds the
 * monitor until all has been said of it. Safe for threads.
 */
final class RestartHistory {
    private static final Set<FaultCode> NO_GOOD = Set.of(FaultCode.IMAGE_DAMAGED, FaultCode.NOT_FOUND);

    private final Map<String, Fault> failures = new LinkedHashMap<>();

    synchronized void failed(StoredCheckpoint checkpoint, Fault fault) {
        failures.put(checkpoint.id(), fault);
    }

    /** Whether a checkpoint was found to be no good, so that an older one is worth a try. */
    synchronized boolean passesOver(StoredCheckpoint checkpoint) {
        return Optional.ofNullable(failures.get(checkpoint.id()))
                .filter(RestartHistory::isNoGood)
                .isPresent();
    }

    /** Why a good checkpoint could not be restarted here. */
    synchronized Optional<Fault> obstacle() {
        return failures.values().stream().filter(fault -> !isNoGood(fault)).findFirst();
    }

    /** What was wrong with checkpoints that were passed over; full clauses. */
    synchronized List<String> damage() {
        return failures.entrySet().stream()
                .filter(entry -> isNoGood(entry.getValue()))
                .map(entry -> "checkpoint " + entry.getKey() + " is no good: "
                        + entry.getValue().getMessage())
                .toList();
    }

    static boolean isNoGood(Fault fault) {
        return NO_GOOD.contains(fault.code());
    }
}
