package io.ckpt.service;

import io.ckpt.access.Peer;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.Compression;
import io.ckpt.job.CheckpointName;
import io.ckpt.job.CheckpointOrder;
import io.ckpt.job.CheckpointResult;
import io.ckpt.job.Deadline;
import io.ckpt.job.Engine;
import io.ckpt.job.Limits;
import io.ckpt.job.StoreQuery;
import io.ckpt.job.StoredCheckpoint;
import io.ckpt.job.Strategy;
import io.ckpt.job.Target;
import io.ckpt.v1.Checkpoint;
import io.ckpt.v1.CheckpointServiceGrpc.CheckpointServiceImplBase;
import io.ckpt.v1.ConsolidateCheckpointRequest;
import io.ckpt.v1.ConsolidateCheckpointResponse;
import io.ckpt.v1.CreateCheckpointRequest;
import io.ckpt.v1.CreateCheckpointResponse;
import io.ckpt.v1.DeleteCheckpointRequest;
import io.ckpt.v1.DeleteCheckpointResponse;
import io.ckpt.v1.GetCheckpointRequest;
import io.ckpt.v1.GetCheckpointResponse;
import io.ckpt.v1.GetPlanRequest;
import io.ckpt.v1.GetPlanResponse;
import io.ckpt.v1.ListCheckpointsRequest;
import io.ckpt.v1.ListCheckpointsResponse;
import io.ckpt.v1.VerifyCheckpointRequest;
import io.ckpt.v1.VerifyCheckpointResponse;
import io.ckpt.v1.WatchCheckpointRequest;
import io.ckpt.v1.WatchCheckpointResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes checkpoints and looks after those that are there. */
final class CheckpointEndpoint extends CheckpointServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointEndpoint.class);

    private final Engine engine;
    private final Visible visible;
    private final Executor workers;
    private final Operations<Checkpoint> operations = new Operations<>();

    CheckpointEndpoint(Engine engine, Visible visible, Executor workers) {
        this.engine = engine;
        this.visible = visible;
        this.workers = workers;
    }

    @Override
    public void createCheckpoint(CreateCheckpointRequest request, StreamObserver<CreateCheckpointResponse> caller) {
        Answer.to(caller, () -> start(Peer.current(), request));
    }

    private CreateCheckpointResponse start(Peer peer, CreateCheckpointRequest request) {
        CheckpointOrder order = order(peer, request);
        Checkpoint first = Checkpoint.newBuilder()
                .setJobId(request.getJobId())
                .setState(Checkpoint.State.STATE_CREATING)
                .setOwnerUid(order.expectedOwner().orElse(peer.uid()))
                .build();
        Watched<Checkpoint> operation =
                new Watched<>(first, checkpoint -> checkpoint.getState() != Checkpoint.State.STATE_CREATING);
        String id = Operations.newId();
        operations.add(id, operation);
        LOG.info("{}: checkpoint of {} for uid {} (pid {})", id, order.target(), peer.uid(), peer.pid());
        workers.execute(() -> take(order, id, operation));
        return CreateCheckpointResponse.newBuilder()
                .setCheckpoint(first)
                .setOperationId(id)
                .build();
    }

    private CheckpointOrder order(Peer peer, CreateCheckpointRequest request) {
        Target target;
        int owner;
        switch (request.getTargetCase()) {
            case JOB_ID -> {
                target = new Target.Job(request.getJobId());
                owner = visible.job(peer, request.getJobId()).ownerUid();
            }
            case PID -> {
                target = new Target.Process(request.getPid());
                owner = visible.process(peer, request.getPid());
            }
            default -> throw new Fault(FaultCode.USAGE, "nothing to checkpoint", "name a job or a pid");
        }
        return new CheckpointOrder(
                target,
                visible.rule().administers(peer) ? OptionalInt.empty() : OptionalInt.of(owner),
                request.getVacate(),
                visible.store(peer, request.getStore()),
                deadline(request),
                strategy(request),
                level(request),
                limits(request),
                request.getEmbedFiles());
    }

    private static Limits limits(CreateCheckpointRequest request) {
        return new Limits(
                request.getCpus() > 0 ? request.getCpus() : Limits.NONE.cpus(),
                request.getBandwidth() > 0 ? request.getBandwidth() : Limits.NONE.bytesPerSecond());
    }

    private static Strategy strategy(CreateCheckpointRequest request) {
        return switch (request.getStrategy()) {
            case STRATEGY_UNSPECIFIED -> Strategy.AUTO;
            case STRATEGY_STOP -> Strategy.STOP;
            case STRATEGY_LIVE -> Strategy.LIVE;
            case STRATEGY_DELTA -> Strategy.DELTA;
            case UNRECOGNIZED ->
                throw new Fault(
                        FaultCode.USAGE,
                        "a strategy that this ckptd does not know",
                        "use ckptctl and ckptd of one version");
        };
    }

    private static OptionalInt level(CreateCheckpointRequest request) {
        if (!request.hasCompression()) {
            return OptionalInt.empty();
        }
        int level = request.getCompression().getLevel();
        if (level < Compression.NONE || level > Compression.SMALLEST) {
            throw new Fault(
                    FaultCode.USAGE, "there is no compression of level " + level, "use 0 to " + Compression.SMALLEST);
        }
        return OptionalInt.of(level);
    }

    private static Optional<Deadline> deadline(CreateCheckpointRequest request) {
        return request.hasDeadline()
                ? Optional.of(new Deadline(Messages.duration(request.getDeadline()), true))
                : Optional.empty();
    }

    private void take(CheckpointOrder order, String id, Watched<Checkpoint> operation) {
        Reporter<Checkpoint> reporter = new Reporter<>(operation, (checkpoint, progress) -> checkpoint.toBuilder()
                .setProgress(progress)
                .build());
        try {
            CheckpointResult result = engine.checkpoint(order, reporter);
            LOG.info("{}: checkpoint {} committed: {}", id, result.checkpoint().id(), reporter.phases());
            operation.change(started -> Messages.checkpoint(result));
        } catch (RuntimeException | Error e) {
            Fault fault = Failure.fault(e);
            LOG.warn("{}: no checkpoint: {}", id, Failure.line(fault));
            reporter.end();
            operation.fail(fault, started -> started.toBuilder()
                    .setState(Checkpoint.State.STATE_FAILED)
                    .setError(Failure.detail(fault))
                    .build());
        }
    }

    @Override
    public void watchCheckpoint(WatchCheckpointRequest request, StreamObserver<WatchCheckpointResponse> caller) {
        try {
            visible.operation(Peer.current(), operations, request.getOperationId(), Checkpoint::getOwnerUid)
                    .watch(
                            (ServerCallStreamObserver<WatchCheckpointResponse>) caller,
                            checkpoint -> WatchCheckpointResponse.newBuilder()
                                    .setCheckpoint(checkpoint)
                                    .build());
        } catch (Fault fault) {
            caller.onError(Failure.status(fault));
        }
    }

    @Override
    public void listCheckpoints(ListCheckpointsRequest request, StreamObserver<ListCheckpointsResponse> caller) {
        Answer.to(caller, () -> list(Peer.current(), request));
    }

    private ListCheckpointsResponse list(Peer peer, ListCheckpointsRequest request) {
        Optional<String> job = Optional.of(request.getJobId()).filter(id -> !id.isEmpty());
        StoreQuery query = new StoreQuery(visible.store(peer, request.getStore()), job);
        return ListCheckpointsResponse.newBuilder()
                .addAllCheckpoints(visible.checkpoints(peer, query).stream()
                        .map(Messages::checkpoint)
                        .toList())
                .addAllWarnings(visible.damage(peer, query))
                .build();
    }

    @Override
    public void getCheckpoint(GetCheckpointRequest request, StreamObserver<GetCheckpointResponse> caller) {
        Answer.to(caller, () -> GetCheckpointResponse.newBuilder()
                .setCheckpoint(Messages.checkpoint(visible.checkpoint(Peer.current(), request.getRef())))
                .build());
    }

    @Override
    public void deleteCheckpoint(DeleteCheckpointRequest request, StreamObserver<DeleteCheckpointResponse> caller) {
        Answer.to(caller, () -> {
            Peer peer = Peer.current();
            CheckpointName name = visible.deletable(peer, request.getRef());
            Checkpoint doomed = look(name);
            engine.delete(name);
            LOG.info("checkpoint {} deleted for uid {} (pid {})", doomed.getId(), peer.uid(), peer.pid());
            return DeleteCheckpointResponse.newBuilder().setCheckpoint(doomed).build();
        });
    }

    /** Of a damaged checkpoint there is only its name to tell. */
    private Checkpoint look(CheckpointName name) {
        try {
            return Messages.checkpoint(engine.show(name));
        } catch (Fault fault) {
            if (fault.code() == FaultCode.NOT_FOUND || !(name.selector() instanceof CheckpointName.Id wanted)) {
                throw fault;
            }
            return Checkpoint.newBuilder().setId(wanted.id()).build();
        }
    }

    @Override
    public void consolidateCheckpoint(
            ConsolidateCheckpointRequest request, StreamObserver<ConsolidateCheckpointResponse> caller) {
        Answer.to(caller, () -> {
            StoredCheckpoint checkpoint = visible.checkpoint(Peer.current(), request.getRef());
            return ConsolidateCheckpointResponse.newBuilder()
                    .setCheckpoint(Messages.checkpoint(engine.consolidate(CheckpointName.of(checkpoint))))
                    .build();
        });
    }

    @Override
    public void verifyCheckpoint(VerifyCheckpointRequest request, StreamObserver<VerifyCheckpointResponse> caller) {
        Answer.to(caller, () -> {
            StoredCheckpoint checkpoint = visible.checkpoint(Peer.current(), request.getRef());
            return VerifyCheckpointResponse.newBuilder()
                    .setVerifiedBytes(engine.verify(CheckpointName.of(checkpoint)))
                    .setCheckpoint(Messages.checkpoint(checkpoint))
                    .build();
        });
    }

    @Override
    public void getPlan(GetPlanRequest request, StreamObserver<GetPlanResponse> caller) {
        Answer.to(caller, () -> {
            StoredCheckpoint checkpoint = visible.checkpoint(Peer.current(), request.getRef());
            return GetPlanResponse.newBuilder()
                    .setCheckpoint(Messages.checkpoint(checkpoint))
                    .setText(engine.plan(CheckpointName.of(checkpoint)))
                    .build();
        });
    }
}
