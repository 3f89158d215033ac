package io.ckpt.scheduler;

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

    /** Ends the present run and starts the job again. */
    void requeue(String jobId);

    /** Lets a requeued job start without further delay. */
    void startNow(String jobId);

    NodeHealth node(String name);

    /** Where this scheduler vouches for the launchers of its jobs. */
    default Tickets tickets() {
        return NoTickets.INSTANCE;
    }

    /** Takes a node out of service, so that its jobs are started elsewhere; only for a node known to be dead. */
    void markDown(String name, String reason);
}
