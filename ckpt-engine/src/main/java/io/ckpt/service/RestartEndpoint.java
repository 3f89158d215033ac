package io.ckpt.service;

import io.ckpt.access.Peer;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.job.CheckpointName;
import io.ckpt.job.Engine;
import io.ckpt.job.RestartOrder;
import io.ckpt.job.RestartResult;
import io.ckpt.job.RunningJob;
import io.ckpt.job.StoredCheckpoint;
import io.ckpt.kind.RestartOptions;
import io.ckpt.kind.RestartOptions.FilePolicy;
import io.ckpt.kind.RestartOptions.TcpPolicy;
import io.ckpt.v1.CreateRestartRequest;
import io.ckpt.v1.CreateRestartResponse;
import io.ckpt.v1.GetRestartRequest;
import io.ckpt.v1.GetRestartResponse;
import io.ckpt.v1.Restart;
import io.ckpt.v1.RestartServiceGrpc.RestartServiceImplBase;
import io.ckpt.v1.SignalRestartRequest;
import io.ckpt.v1.SignalRestartResponse;
import io.ckpt.v1.WatchRestartRequest;
import io.ckpt.v1.WatchRestartResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings jobs back and stays with them until they end. */
final class RestartEndpoint extends RestartServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(RestartEndpoint.class);

    private final Engine engine;
    private final Visible visible;
    private final Executor workers;
    private final Operations<Restart> operations = new Operations<>();
    private final Map<String, RunningJob> running = new ConcurrentHashMap<>();

    RestartEndpoint(Engine engine, Visible visible, Executor workers) {
        this.engine = engine;
        this.visible = visible;
        this.workers = workers;
    }

    @Override
    public void createRestart(CreateRestartRequest request, StreamObserver<CreateRestartResponse> caller) {
        Answer.to(caller, () -> CreateRestartResponse.newBuilder()
                .setRestart(start(Peer.current(), request))
                .build());
    }

    private Restart start(Peer peer, CreateRestartRequest request) {
        StoredCheckpoint checkpoint = visible.checkpoint(peer, request.getRef());
        RestartOrder order = new RestartOrder(
                CheckpointName.of(checkpoint),
                new RestartOptions(
                        filePolicy(request), tcpPolicy(request), Addresses.changes(request.getAddressChangesList())),
                peer.pid(),
                request.getDetach(),
                request.getLazy(),
                request.getDryRun());
        Restart first = Restart.newBuilder()
                .setId(Operations.newId())
                .setCheckpoint(Messages.checkpoint(checkpoint))
                .setState(Restart.State.STATE_STARTING)
                .setDetached(request.getDetach())
                .build();
        Watched<Restart> operation = new Watched<>(first, RestartEndpoint::isLast);
        operations.add(first.getId(), operation);
        LOG.info("restart of checkpoint {} for uid {} (pid {})", checkpoint.id(), peer.uid(), peer.pid());
        List<String> passedOver = visible.passedOver(peer, request.getRef(), checkpoint);
        workers.execute(() -> bringBack(order, passedOver, operation));
        return first;
    }

    private static FilePolicy filePolicy(CreateRestartRequest request) {
        return switch (request.getFilePolicy()) {
            case FILE_POLICY_UNSPECIFIED, FILE_POLICY_TRUNCATE -> FilePolicy.TRUNCATE;
            case FILE_POLICY_STRICT -> FilePolicy.STRICT;
            case FILE_POLICY_IGNORE -> FilePolicy.IGNORE;
            case UNRECOGNIZED ->
                throw new Fault(FaultCode.USAGE, "unknown file policy", "use truncate, strict or ignore");
        };
    }

    private static TcpPolicy tcpPolicy(CreateRestartRequest request) {
        return switch (request.getTcpPolicy()) {
            case TCP_POLICY_UNSPECIFIED, TCP_POLICY_CLOSE -> TcpPolicy.CLOSE;
            case TCP_POLICY_ESTABLISHED -> TcpPolicy.ESTABLISHED;
            case TCP_POLICY_REFUSE -> TcpPolicy.REFUSE;
            case UNRECOGNIZED ->
                throw new Fault(FaultCode.USAGE, "unknown TCP policy", "use established, close or refuse");
        };
    }

    /** A watcher of a detached restart has seen all when the job runs. */
    private static boolean isLast(Restart restart) {
        return switch (restart.getState()) {
            case STATE_STARTING -> false;
            case STATE_RUNNING -> restart.getDetached();
            default -> true;
        };
    }

    /** @param warnings worth telling before those of the restart itself */
    private void bringBack(RestartOrder order, List<String> warnings, Watched<Restart> operation) {
        String checkpoint = operation.value().getCheckpoint().getId();
        Reporter<Restart> reporter = new Reporter<>(
                operation,
                (restart, progress) -> restart.toBuilder().setProgress(progress).build());
        try {
            operation.change(
                    started -> started.toBuilder().addAllWarnings(warnings).build());
            RestartResult result = engine.restart(order, reporter);
            LOG.info("checkpoint {} restarted: {}", checkpoint, reporter.phases());
            if (result.job().isEmpty()) {
                operation.change(started -> with(started, result, Restart.State.STATE_PLANNED, 0));
                return;
            }
            stayWith(result, result.job().get(), operation);
        } catch (RuntimeException | Error e) {
            Fault fault = Failure.fault(e);
            LOG.warn("restart of checkpoint {} failed: {}", checkpoint, Failure.line(fault));
            operation.fail(fault, started -> started.toBuilder()
                    .setState(Restart.State.STATE_FAILED)
                    .setError(Failure.detail(fault))
                    .build());
        }
    }

    private void stayWith(RestartResult result, RunningJob job, Watched<Restart> operation) {
        String id = operation.value().getId();
        running.put(id, job);
        operation.change(started -> with(started, result, Restart.State.STATE_RUNNING, job.rootPid()));
        try {
            int status = job.await();
            operation.change(restart -> restart.toBuilder()
                    .setState(Restart.State.STATE_ENDED)
                    .setExitStatus(status)
                    .build());
        } catch (InterruptedException leaving) {
            Thread.currentThread().interrupt();
        } finally {
            running.remove(id);
        }
    }

    private static Restart with(Restart started, RestartResult result, Restart.State state, int rootPid) {
        return started.toBuilder()
                .setState(state)
                .setRootPid(rootPid)
                .setTotalDuration(Messages.duration(result.total()))
                .setLoadedBytes(result.loadedBytes())
                .addAllWarnings(result.warnings())
                .build();
    }

    @Override
    public void watchRestart(WatchRestartRequest request, StreamObserver<WatchRestartResponse> caller) {
        try {
            find(Peer.current(), request.getId())
                    .watch(
                            (ServerCallStreamObserver<WatchRestartResponse>) caller,
                            restart -> WatchRestartResponse.newBuilder()
                                    .setRestart(restart)
                                    .build());
        } catch (Fault fault) {
            caller.onError(Failure.status(fault));
        }
    }

    @Override
    public void getRestart(GetRestartRequest request, StreamObserver<GetRestartResponse> caller) {
        Answer.to(caller, () -> GetRestartResponse.newBuilder()
                .setRestart(find(Peer.current(), request.getId()).value())
                .build());
    }

    @Override
    public void signalRestart(SignalRestartRequest request, StreamObserver<SignalRestartResponse> caller) {
        Answer.to(caller, () -> {
            find(Peer.current(), request.getId());
            Optional.ofNullable(running.get(request.getId())).ifPresent(job -> job.signal(request.getSignal()));
            return SignalRestartResponse.getDefaultInstance();
        });
    }

    private Watched<Restart> find(Peer peer, String id) {
        return visible.operation(
                peer, operations, id, restart -> restart.getCheckpoint().getOwnerUid());
    }
}
