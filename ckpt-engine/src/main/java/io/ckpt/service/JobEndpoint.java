package io.ckpt.service;

import io.ckpt.access.Peer;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.job.Examination;
import io.ckpt.job.Target;
import io.ckpt.v1.ExamineJobRequest;
import io.ckpt.v1.ExamineJobResponse;
import io.ckpt.v1.GetJobRequest;
import io.ckpt.v1.GetJobResponse;
import io.ckpt.v1.JobServiceGrpc.JobServiceImplBase;
import io.ckpt.v1.ListJobsRequest;
import io.ckpt.v1.ListJobsResponse;
import io.grpc.stub.StreamObserver;
import java.util.OptionalInt;

/** Tells about the protected jobs of the node. */
final class JobEndpoint extends JobServiceImplBase {
    private final Visible visible;

    JobEndpoint(Visible visible) {
        this.visible = visible;
    }

    @Override
    public void listJobs(ListJobsRequest request, StreamObserver<ListJobsResponse> caller) {
        Answer.to(caller, () -> ListJobsResponse.newBuilder()
                .addAllJobs(
                        visible.jobs(Peer.current()).stream().map(Messages::job).toList())
                .build());
    }

    @Override
    public void examineJob(ExamineJobRequest request, StreamObserver<ExamineJobResponse> caller) {
        Answer.to(caller, () -> Messages.examination(examine(Peer.current(), request)));
    }

    private Examination examine(Peer peer, ExamineJobRequest request) {
        return switch (request.getTargetCase()) {
            case JOB_ID ->
                examine(
                        peer,
                        new Target.Job(request.getJobId()),
                        visible.job(peer, request.getJobId()).ownerUid());
            case PID -> examine(peer, new Target.Process(request.getPid()), visible.process(peer, request.getPid()));
            default -> throw new Fault(FaultCode.USAGE, "nothing to examine", "name a job or a pid");
        };
    }

    private Examination examine(Peer peer, Target target, int owner) {
        boolean anybodys = visible.rule().administers(peer);
        return visible.engine().examine(target, anybodys ? OptionalInt.empty() : OptionalInt.of(owner));
    }

    @Override
    public void getJob(GetJobRequest request, StreamObserver<GetJobResponse> caller) {
        Answer.to(caller, () -> GetJobResponse.newBuilder()
                .setJob(Messages.job(visible.job(Peer.current(), request.getId())))
                .build());
    }
}
