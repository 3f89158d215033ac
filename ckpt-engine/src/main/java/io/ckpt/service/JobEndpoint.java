package io.ckpt.service;

import io.ckpt.access.Peer;
import io.ckpt.v1.GetJobRequest;
import io.ckpt.v1.GetJobResponse;
import io.ckpt.v1.JobServiceGrpc.JobServiceImplBase;
import io.ckpt.v1.ListJobsRequest;
import io.ckpt.v1.ListJobsResponse;
import io.grpc.stub.StreamObserver;

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
    public void getJob(GetJobRequest request, StreamObserver<GetJobResponse> caller) {
        Answer.to(caller, () -> GetJobResponse.newBuilder()
                .setJob(Messages.job(visible.job(Peer.current(), request.getId())))
                .build());
    }
}
