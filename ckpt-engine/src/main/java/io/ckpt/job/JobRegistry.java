package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The protected jobs of this node: of each the newest generation. */
final class JobRegistry {
    private final Map<String, ProtectedJob> jobs = new ConcurrentHashMap<>();

    /**
     * Takes in a run of a job.
     *
     * @return the run it replaces
     * @throws Fault BUSY when a newer run is known, or the same one in another place
     */
    synchronized Optional<ProtectedJob> put(ProtectedJob job) {
        Optional<ProtectedJob> former = find(job.facts().id());
        former.ifPresent(known -> refuseStale(known, job));
        jobs.put(job.facts().id(), job);
        return former;
    }

    Optional<ProtectedJob> find(String id) {
        return Optional.ofNullable(jobs.get(id));
    }

    ProtectedJob get(String id) {
        return find(id).orElseThrow(() ->
                new Fault(FaultCode.NOT_FOUND, "no protected job " + id + " on this node", "look at ckptctl status"));
    }

    /** In the order of their names. */
    List<ProtectedJob> all() {
        return jobs.values().stream()
                .sorted(Comparator.comparing(job -> job.facts().id()))
                .toList();
    }

    /** Does something about a run unless another has taken its place; none can meanwhile. */
    synchronized void ifCurrent(ProtectedJob job, Runnable action) {
        if (jobs.get(job.facts().id()) == job) {
            action.run();
        }
    }

    void remove(ProtectedJob job) {
        jobs.remove(job.facts().id(), job);
    }

    private static void refuseStale(ProtectedJob known, ProtectedJob job) {
        int newest = known.facts().generation();
        if (newest > job.facts().generation()) {
            throw new Fault(
                    FaultCode.BUSY,
                    job + " is out of date: generation " + newest + " of it is known here",
                    "nothing is to be done: the newer one goes on");
        }
        boolean elsewhere = !known.facts().init().equals(job.facts().init());
        if (newest == job.facts().generation() && elsewhere && !known.state().isOver()) {
            throw new Fault(
                    FaultCode.BUSY,
                    job + " has a place on this node already, process "
                            + known.facts().init().pid(),
                    "end that one first, or choose another name for this one");
        }
    }
}
