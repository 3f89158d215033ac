package io.ckpt.scheduler;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The batch scheduler of this node. Calls block for the time its controller needs and throw
 * {@link io.ckpt.fault.Fault}: NOT_FOUND for a job or node it does not know, DAEMON_UNAVAILABLE when the controller does
 * not answer.
 */
public interface Scheduler {
    /** The job as the controller sees it at this moment. */
    JobRecord record(String jobId);

    /**
     * Why a job of this generation got a signal; pure.
     *
     * @param generation restarts of the run that got it
     */
    Notice classify(JobRecord record, int generation);

    /**
     * Whether the job of this id was submitted before that time; asked when a run that counts as its first is not the first
     * of that id. False where every start is counted: then the id is that of another job.
     */
    default boolean isSubmittedBefore(String jobId, Instant time) {
        return false;
    }

    /** How long a job that is preempted may go on before it is ended; empty where the scheduler does not say. */
    default Optional<Duration> grace(String jobId) {
        return Optional.empty();
    }

    /** Ends the present run and starts the job again. */
    void requeue(String jobId);

    /** Keeps a job from being started until somebody releases it; a run under way goes on. */
    default void hold(String jobId) {
        throw new Fault(
                FaultCode.UNSUPPORTED_NODE,
                "job " + jobId + ": this scheduler's jobs are held by its own commands",
                "use these");
    }

    /** Lets a requeued job start without further delay. */
    void startNow(String jobId);

    NodeHealth node(String name);

    /** Tells the job's owner something where he looks at his jobs; nothing where there is no such place. */
    default void comment(String jobId, String text) {
        // its status in ckpt says it too
    }

    /** Where this scheduler vouches for the launchers of its jobs. */
    default Tickets tickets() {
        return NoTickets.INSTANCE;
    }

    /** Takes a node out of service, so that its jobs are started elsewhere; only for a node known to be dead. */
    void markDown(String name, String reason);
}
