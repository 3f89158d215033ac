package io.ckpt.scheduler;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;

/** A node without a batch scheduler: nobody preempts, nobody requeues. */
public final class NoScheduler implements Scheduler {
    @Override
    public JobRecord record(String jobId) {
        throw none("job " + jobId);
    }

    @Override
    public Notice classify(JobRecord record, int generation) {
        return Notice.of(Notice.Kind.UNKNOWN);
    }

    @Override
    public void requeue(String jobId) {
        throw none("requeue of " + jobId);
    }

    @Override
    public void startNow(String jobId) {
        throw none("start of " + jobId);
    }

    @Override
    public NodeHealth node(String name) {
        return NodeHealth.RESPONDING;
    }

    @Override
    public void markDown(String name, String reason) {
        throw none("node " + name);
    }

    private static Fault none(String what) {
        return new Fault(
                FaultCode.NOT_FOUND, what + ": this node has no scheduler", "set Scheduler= in ckptd.conf to its name");
    }
}
