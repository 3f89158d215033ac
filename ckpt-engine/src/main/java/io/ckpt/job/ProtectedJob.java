package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.place.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** One run of a protected job on this node. Every change of state goes through {@link #become}; safe for threads. */
final class ProtectedJob {
    private final JobFacts facts;
    private final RestartHistory history;
    private JobState state;
    private Optional<Place> place = Optional.empty();
    private Optional<StoredCheckpoint> last = Optional.empty();
    private Optional<Instant> due = Optional.empty();
    private Optional<Instant> over = Optional.empty();
    private Optional<Outlook> outlook = Optional.empty();
    private boolean stopped;
    private String message = "";

    ProtectedJob(JobFacts facts, JobState state) {
        this(facts, state, new RestartHistory());
    }

    private ProtectedJob(JobFacts facts, JobState state, RestartHistory history) {
        this.facts = facts;
        this.state = state;
        this.history = history;
    }

    /** A run whose place says hello for the first time, or once more. */
    static ProtectedJob starting(JobFacts facts, Optional<ProtectedJob> former) {
        RestartHistory history = former.filter(each -> each.isOfTheSameRun(facts))
                .map(ProtectedJob::history)
                .orElseGet(RestartHistory::new);
        return new ProtectedJob(facts, JobState.STARTING, history);
    }

    /** Whether facts are those of this very run, in this very place. */
    boolean isOfTheSameRun(JobFacts other) {
        return facts.generation() == other.generation() && facts.init().equals(other.init());
    }

    JobFacts facts() {
        return facts;
    }

    RestartHistory history() {
        return history;
    }

    synchronized JobState state() {
        return state;
    }

    /** @throws Fault BUSY when a checkpoint is under way; NOT_FOUND when the job cannot take this step */
    synchronized void become(JobState next) {
        if (!state.mayBecome(next)) {
            throw refusal(next);
        }
        state = next;
        notifyAll();
    }

    /** Becomes {@code next} if that is a step from where the job stands; whether it was. */
    synchronized boolean tryBecome(JobState next) {
        if (!state.mayBecome(next)) {
            return false;
        }
        become(next);
        return true;
    }

    /** Waits until no checkpoint is under way, at most for a time; the state then. */
    JobState awaitQuiet(Duration patience) throws InterruptedException {
        return awaitWhile(JobState::isBusy, patience);
    }

    /** The same, and until it is known whether the job runs. */
    JobState awaitSettled(Duration patience) throws InterruptedException {
        return awaitWhile(JobState::passes, patience);
    }

    private synchronized JobState awaitWhile(Predicate<JobState> passing, Duration patience)
            throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (passing.test(state)) {
            long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (left <= 0) {
                return state;
            }
            wait(left);
        }
        return state;
    }

    /** The connection by which the place can be told something. */
    synchronized Optional<Place> place() {
        return place;
    }

    synchronized void connect(Place connected) {
        place = Optional.of(connected);
    }

    synchronized void disconnect(Place gone) {
        place = place.filter(each -> each != gone);
    }

    synchronized Optional<Instant> due() {
        return due;
    }

    /** When the next periodic checkpoint shall be taken. */
    synchronized void schedule(Optional<Instant> next) {
        due = next;
    }

    synchronized void succeeded(StoredCheckpoint checkpoint) {
        last = Optional.of(checkpoint);
        message = "";
    }

    /** What the owner should know. */
    synchronized void remark(String text) {
        message = text;
    }

    synchronized void overSince(Instant now) {
        over = over.or(() -> Optional.of(now));
    }

    synchronized Optional<Instant> over() {
        return over;
    }

    /** Notes that it may not run here any more: whatever goes wrong from now on says nothing of the job. */
    synchronized void stop() {
        stopped = true;
    }

    synchronized boolean isStopped() {
        return stopped;
    }

    /** Empty until somebody has looked. */
    synchronized Optional<Outlook> outlook() {
        return outlook;
    }

    synchronized void expect(Outlook next) {
        outlook = Optional.of(next);
    }

    synchronized JobStatus status(int rootPid, long memory, Optional<Rhythm> rhythm) {
        return new JobStatus(
                facts.id(),
                facts.uid(),
                state.shown(),
                rootPid,
                facts.generation(),
                facts.started(),
                rhythm,
                facts.keep(),
                last.map(StoredCheckpoint::id),
                last.map(StoredCheckpoint::created),
                due,
                List.of(),
                outlook.orElse(Outlook.NONE).next(memory),
                message);
    }

    @Override
    public String toString() {
        return "job " + facts.id() + " (generation " + facts.generation() + ")";
    }

    private Fault refusal(JobState next) {
        if (state.passes()) {
            return new Fault(
                    FaultCode.BUSY, this + " is " + state + ", it cannot become " + next, "try again in a moment");
        }
        return new Fault(
                FaultCode.NOT_FOUND, this + " is " + state + ", it cannot become " + next, "look at ckptctl status");
    }
}
