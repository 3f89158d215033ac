package io.ckpt.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.Any;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.fault.Refusal;
import io.ckpt.job.FakeEngine;
import io.ckpt.v1.Checkpoint;
import io.ckpt.v1.CheckpointRef;
import io.ckpt.v1.CheckpointServiceGrpc;
import io.ckpt.v1.CheckpointServiceGrpc.CheckpointServiceBlockingStub;
import io.ckpt.v1.CreateCheckpointRequest;
import io.ckpt.v1.CreateCheckpointResponse;
import io.ckpt.v1.CreateRestartRequest;
import io.ckpt.v1.DeleteCheckpointRequest;
import io.ckpt.v1.ErrorDetail;
import io.ckpt.v1.GetCheckpointRequest;
import io.ckpt.v1.GetJobRequest;
import io.ckpt.v1.JobServiceGrpc;
import io.ckpt.v1.ListCheckpointsRequest;
import io.ckpt.v1.ListJobsRequest;
import io.ckpt.v1.PhaseProgress;
import io.ckpt.v1.Restart;
import io.ckpt.v1.RestartServiceGrpc;
import io.ckpt.v1.RestartServiceGrpc.RestartServiceBlockingStub;
import io.ckpt.v1.SignalRestartRequest;
import io.ckpt.v1.VerifyCheckpointRequest;
import io.ckpt.v1.WatchCheckpointRequest;
import io.ckpt.v1.WatchCheckpointResponse;
import io.ckpt.v1.WatchRestartRequest;
import io.ckpt.v1.WatchRestartResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ApiServerTest {
    private static final String NOBODYS_GROUP = "65534";
    private static final String ADMINISTRATORS = "4242";

    @TempDir
    private Path directory;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final List<ManagedChannel> channels = new ArrayList<>();
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        assumeTrue((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0, "needs root");
        server = TestServer.start(directory, "root");
    }

    @AfterEach
    void end() {
        channels.forEach(ManagedChannel::shutdownNow);
        if (server != null) {
            server.close();
        }
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    private ManagedChannel channel(Path socket) {
        ManagedChannel channel = NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                .channelType(EpollDomainSocketChannel.class)
                .eventLoopGroup(loop)
                .maxInboundMetadataSize(1 << 20)
                .usePlaintext()
                .build();
        channels.add(channel);
        return channel;
    }

    private CheckpointServiceBlockingStub rootsCheckpoints() {
        return CheckpointServiceGrpc.newBlockingStub(channel(server.socket()));
    }

    private RestartServiceBlockingStub rootsRestarts() {
        return RestartServiceGrpc.newBlockingStub(channel(server.socket()));
    }

    /** The server again, on a socket that uid 65534 may open, and a way to it as that user. */
    private StrangerGate stranger(String... groups) throws Exception {
        server.close();
        server = TestServer.start(directory, NOBODYS_GROUP);
        return StrangerGate.before(server.socket(), directory, groups);
    }

    private static CheckpointRef id(String id) {
        return CheckpointRef.newBuilder().setName(id).build();
    }

    private static CreateCheckpointRequest pid(long pid) {
        return CreateCheckpointRequest.newBuilder().setPid((int) pid).build();
    }

    private static StatusRuntimeException refused(ThrowingCallable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call);
    }

    private static ErrorDetail detail(StatusRuntimeException thrown) throws Exception {
        List<Any> details = StatusProto.fromThrowable(thrown).getDetailsList();
        return details.get(0).unpack(ErrorDetail.class);
    }

    @Test
    void theSocketIsForRootAndOneGroupAlone() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.socket())))
                .isEqualTo("rw-rw----");
        assertThat(Files.getAttribute(server.socket(), "unix:gid")).isEqualTo(0);
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(server.socket().getParent())))
                .isEqualTo("rwxr-xr-x");
        try (var entries = Files.list(server.socket().getParent())) {
            assertThat(entries).containsExactly(server.socket());
        }
    }

    @Test
    void theSocketIsGoneWhenTheServerEnds() {
        server.close();

        assertThat(server.socket()).doesNotExist();
    }

    @Test
    void aSecondServerOnTheSocketIsRefused() {
        assertThatThrownBy(() -> TestServer.start(directory, "root"))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.code()).isEqualTo(FaultCode.BUSY));
        assertThat(rootsCheckpoints().listCheckpoints(ListCheckpointsRequest.getDefaultInstance()))
                .isNotNull();
    }

    @Test
    void aSocketLeftByADeadServerIsTakenOver() throws Exception {
        server.close();
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(server.socket()));
        }

        server = TestServer.start(directory, "root");

        assertThat(rootsCheckpoints().listCheckpoints(ListCheckpointsRequest.getDefaultInstance()))
                .isNotNull();
    }

    @Test
    void tellsItsHealth() {
        assertThat(HealthGrpc.newBlockingStub(channel(server.socket()))
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatus())
                .isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void aWatchedCheckpointPassesThroughItsPhasesToTheEnd() {
        CountDownLatch watched = new CountDownLatch(1);
        server.engine().onCheckpoint = (order, progress) -> {
            awaitQuietly(watched);
            return server.engine().commit(order, progress);
        };
        CreateCheckpointResponse started = rootsCheckpoints().createCheckpoint(pid(1));
        assertThat(started.getCheckpoint().getState()).isEqualTo(Checkpoint.State.STATE_CREATING);

        Iterator<WatchCheckpointResponse> changes = rootsCheckpoints()
                .watchCheckpoint(WatchCheckpointRequest.newBuilder()
                        .setOperationId(started.getOperationId())
                        .build());
        changes.next();
        watched.countDown();
        List<Checkpoint> seen = new ArrayList<>();
        changes.forEachRemaining(change -> seen.add(change.getCheckpoint()));

        assertThat(seen.stream()
                        .map(checkpoint -> checkpoint.getProgress().getPhase())
                        .distinct())
                .containsSubsequence(
                        PhaseProgress.Phase.PHASE_FREEZE,
                        PhaseProgress.Phase.PHASE_COPY,
                        PhaseProgress.Phase.PHASE_COMMIT);
        Checkpoint last = seen.get(seen.size() - 1);
        assertThat(last.getState()).isEqualTo(Checkpoint.State.STATE_COMMITTED);
        assertThat(last.getId()).isEqualTo(FakeEngine.TAKEN);
        assertThat(last.getWarningsList()).containsExactly("output.log is also written by pid 9");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aWatcherWhoComesLateStillLearnsEveryPhaseAndTheEnd() {
        CreateCheckpointResponse started = rootsCheckpoints().createCheckpoint(pid(1));
        WatchCheckpointRequest watch = WatchCheckpointRequest.newBuilder()
                .setOperationId(started.getOperationId())
                .build();
        rootsCheckpoints().watchCheckpoint(watch).forEachRemaining(change -> {});

        Iterator<WatchCheckpointResponse> again = rootsCheckpoints().watchCheckpoint(watch);

        List<Checkpoint> seen = new ArrayList<>();
        again.forEachRemaining(change -> seen.add(change.getCheckpoint()));
        assertThat(seen.stream().map(checkpoint -> checkpoint.getProgress().getPhase()))
                .containsSubsequence(
                        PhaseProgress.Phase.PHASE_FREEZE,
                        PhaseProgress.Phase.PHASE_COPY,
                        PhaseProgress.Phase.PHASE_COMMIT);
        assertThat(seen.get(seen.size() - 1).getState()).isEqualTo(Checkpoint.State.STATE_COMMITTED);
    }

    @Test
    void allRefusalsOfAJobReachTheCallerInOneAnswer() throws Exception {
        List<Refusal> refusals = IntStream.range(0, 500)
                .mapToObj(fd -> new Refusal(7, "fd " + fd + " [anon_inode:inotify]", "not carried", "close it"))
                .toList();
        server.engine().onCheckpoint = (order, progress) -> {
            throw Fault.refusals(refusals);
        };
        String id = rootsCheckpoints().createCheckpoint(pid(1)).getOperationId();

        StatusRuntimeException thrown = refused(() -> rootsCheckpoints()
                .watchCheckpoint(
                        WatchCheckpointRequest.newBuilder().setOperationId(id).build())
                .forEachRemaining(change -> {}));

        assertThat(thrown.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(detail(thrown).getCode()).isEqualTo("UNSUPPORTED_OBJECT");
        assertThat(detail(thrown).getMessage()).contains("fd 0 [", "fd 499 [");
    }

    @Test
    void aForegroundRestartLastsUntilTheJobEndsAndTakesSignals() throws Exception {
        server.engine().checkpoints.add(FakeEngine.stored("aaa", "4711", 0));
        Restart restart = rootsRestarts()
                .createRestart(
                        CreateRestartRequest.newBuilder().setRef(id("aaa")).build())
                .getRestart();
        Iterator<WatchRestartResponse> changes = rootsRestarts()
                .watchRestart(
                        WatchRestartRequest.newBuilder().setId(restart.getId()).build());
        Restart latest = restart;
        while (latest.getState() == Restart.State.STATE_STARTING) {
            latest = changes.next().getRestart();
        }
        assertThat(latest.getState()).isEqualTo(Restart.State.STATE_RUNNING);
        assertThat(latest.getRootPid()).isEqualTo(4711);

        rootsRestarts()
                .signalRestart(SignalRestartRequest.newBuilder()
                        .setId(restart.getId())
                        .setSignal(15)
                        .build());
        assertThat(server.engine().job.signals.take()).isEqualTo(15);
        server.engine().job.exitStatus.add(143);

        Restart ended = changes.next().getRestart();
        assertThat(ended.getState()).isEqualTo(Restart.State.STATE_ENDED);
        assertThat(ended.getExitStatus()).isEqualTo(143);
        assertThat(changes.hasNext()).isFalse();
    }

    @Test
    void aRestartOrderNamesTheCallersProcessAsTheKernelKnowsIt() throws Exception {
        server.engine().checkpoints.add(FakeEngine.stored("aaa", "4711", 0));

        rootsRestarts()
                .createRestart(CreateRestartRequest.newBuilder()
                        .setRef(id("4711@latest"))
                        .setDetach(true)
                        .build());

        assertThat(server.engine().restartOrders.take().stdioOf())
                .isEqualTo((int) ProcessHandle.current().pid());
    }

    @Test
    void aStrangerOutsideTheGroupCannotEvenConnect() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Process attempt = StrangerGate.as(
                StrangerGate.UID,
                new String[0],
                "/usr/bin/python3",
                "-c",
                "import errno,socket,sys\n"
                        + "try: socket.socket(socket.AF_UNIX).connect(sys.argv[1])\n"
                        + "except PermissionError: sys.exit(13)",
                server.socket().toString());

        assertThat(attempt.waitFor()).isEqualTo(13);
    }

    @Test
    void aStrangerSeesOnlyWhatIsHis() throws Exception {
        try (StrangerGate gate = stranger()) {
            server.engine().checkpoints.add(FakeEngine.stored("aaa", "4711", 0));
            server.engine().checkpoints.add(FakeEngine.stored("bbb", "4712", StrangerGate.UID));
            server.engine().jobs.add(FakeEngine.running("4711", 0));
            server.engine().jobs.add(FakeEngine.running("4712", StrangerGate.UID));
            ManagedChannel channel = channel(gate.socket());

            assertThat(CheckpointServiceGrpc.newBlockingStub(channel)
                            .listCheckpoints(ListCheckpointsRequest.getDefaultInstance())
                            .getCheckpointsList())
                    .extracting(Checkpoint::getId)
                    .containsExactly("bbb");
            assertThat(JobServiceGrpc.newBlockingStub(channel)
                            .listJobs(ListJobsRequest.getDefaultInstance())
                            .getJobsList())
                    .extracting(job -> job.getId())
                    .containsExactly("4712");
        }
    }

    @Test
    void whatIsAnotherUsersAnswersLikeWhatDoesNotExist() throws Exception {
        try (StrangerGate gate = stranger()) {
            server.engine().checkpoints.add(FakeEngine.stored("aaa", "4711", 0));
            server.engine().jobs.add(FakeEngine.running("4711", 0));
            ManagedChannel channel = channel(gate.socket());
            var checkpoints = CheckpointServiceGrpc.newBlockingStub(channel);
            var restarts = RestartServiceGrpc.newBlockingStub(channel);
            var jobs = JobServiceGrpc.newBlockingStub(channel);

            assertSameAnswer(
                    "aaa",
                    "zzz",
                    id -> checkpoints.getCheckpoint(
                            GetCheckpointRequest.newBuilder().setRef(id(id)).build()));
            assertSameAnswer(
                    "4711@latest",
                    "4799@latest",
                    id -> checkpoints.getCheckpoint(
                            GetCheckpointRequest.newBuilder().setRef(id(id)).build()));
            assertSameAnswer(
                    "aaa",
                    "zzz",
                    id -> checkpoints.deleteCheckpoint(
                            DeleteCheckpointRequest.newBuilder().setRef(id(id)).build()));
            assertSameAnswer(
                    "aaa",
                    "zzz",
                    id -> restarts.createRestart(
                            CreateRestartRequest.newBuilder().setRef(id(id)).build()));
            assertSameAnswer(
                    "4711",
                    "4799",
                    id -> jobs.getJob(GetJobRequest.newBuilder().setId(id).build()));
            assertSameAnswer(
                    "4711",
                    "4799",
                    id -> checkpoints.createCheckpoint(
                            CreateCheckpointRequest.newBuilder().setJobId(id).build()));
            assertSameAnswer(
                    "1",
                    Integer.toString(Integer.MAX_VALUE),
                    id -> checkpoints.createCheckpoint(pid(Integer.parseInt(id))));
            assertThat(server.engine().checkpoints).hasSize(1);
            assertThat(server.engine().restartOrders).isEmpty();
            assertThat(server.engine().checkpointOrders).isEmpty();
        }
    }

    private interface Call {
        void with(String name);
    }

    private static void assertSameAnswer(String foreign, String absent, Call call) throws Exception {
        StatusRuntimeException one = refused(() -> call.with(foreign));
        StatusRuntimeException other = refused(() -> call.with(absent));
        assertThat(one.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(detail(one).toString().replace(foreign, "X"))
                .isEqualTo(detail(other).toString().replace(absent, "X"));
    }

    @Test
    void whatIsDamagedIsToldToItsOwnerAlone() throws Exception {
        try (StrangerGate gate = stranger()) {
            server.engine().damaged.put("4711-1", StrangerGate.UID);
            server.engine().damaged.put("4712-1", StrangerGate.UID + 1);
            CheckpointServiceBlockingStub his = CheckpointServiceGrpc.newBlockingStub(channel(gate.socket()));

            StatusRuntimeException told = refused(() -> his.verifyCheckpoint(
                    VerifyCheckpointRequest.newBuilder().setRef(id("4711-1")).build()));
            assertThat(detail(told).getCode()).isEqualTo(FaultCode.IMAGE_DAMAGED.name());
            assertThat(detail(refused(() -> his.verifyCheckpoint(VerifyCheckpointRequest.newBuilder()
                                    .setRef(id("4711@latest"))
                                    .build())))
                            .getCode())
                    .isEqualTo(FaultCode.IMAGE_DAMAGED.name());
            assertThat(his.listCheckpoints(ListCheckpointsRequest.getDefaultInstance())
                            .getWarningsList())
                    .containsExactly("checkpoint 4711-1 is no good: a bit was flipped");
            assertSameAnswer(
                    "4712-1",
                    "4713-1",
                    name -> his.verifyCheckpoint(VerifyCheckpointRequest.newBuilder()
                            .setRef(id(name))
                            .build()));
            assertSameAnswer(
                    "4712-1",
                    "4713-1",
                    name -> his.deleteCheckpoint(DeleteCheckpointRequest.newBuilder()
                            .setRef(id(name))
                            .build()));

            his.deleteCheckpoint(
                    DeleteCheckpointRequest.newBuilder().setRef(id("4711-1")).build());
            assertThat(server.engine().damaged).containsOnlyKeys("4712-1");
        }
    }

    @Test
    void aStrangerCannotWatchTheWorkOfRoot() throws Exception {
        try (StrangerGate gate = stranger()) {
            String id = rootsCheckpoints().createCheckpoint(pid(1)).getOperationId();

            assertSameAnswer(id, "000000000000", name -> CheckpointServiceGrpc.newBlockingStub(channel(gate.socket()))
                    .watchCheckpoint(WatchCheckpointRequest.newBuilder()
                            .setOperationId(name)
                            .build())
                    .next());
        }
    }

    @Test
    void aStrangersOrderHoldsTheEngineToHisProcesses() throws Exception {
        try (StrangerGate gate = stranger()) {
            Process his = StrangerGate.as(StrangerGate.UID, new String[0], "sh", "-c", "echo up; read stop");
            his.getInputStream().read();

            CheckpointServiceGrpc.newBlockingStub(channel(gate.socket())).createCheckpoint(pid(his.pid()));

            assertThat(server.engine().checkpointOrders.take().expectedOwner()).hasValue(StrangerGate.UID);
            his.destroyForcibly();
        }
    }

    @Test
    void aStrangerMayNotNameAStore() throws Exception {
        try (StrangerGate gate = stranger()) {
            StatusRuntimeException thrown = refused(() -> CheckpointServiceGrpc.newBlockingStub(channel(gate.socket()))
                    .listCheckpoints(ListCheckpointsRequest.newBuilder()
                            .setStore("/somewhere")
                            .build()));

            assertThat(detail(thrown).getCode()).isEqualTo("NOT_PERMITTED");
        }
    }

    @Test
    void anAdministratorSeesEverything() throws Exception {
        try (StrangerGate gate = stranger(ADMINISTRATORS)) {
            server.engine().checkpoints.add(FakeEngine.stored("aaa", "4711", 0));

            assertThat(CheckpointServiceGrpc.newBlockingStub(channel(gate.socket()))
                            .getCheckpoint(GetCheckpointRequest.newBuilder()
                                    .setRef(id("aaa"))
                                    .build())
                            .getCheckpoint()
                            .getJobId())
                    .isEqualTo("4711");
        }
    }
}
