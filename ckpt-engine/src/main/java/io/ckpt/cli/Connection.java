package io.ckpt.cli;

import io.ckpt.daemon.EmbeddedApi;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.v1.CheckpointServiceGrpc;
import io.ckpt.v1.CheckpointServiceGrpc.CheckpointServiceBlockingStub;
import io.ckpt.v1.JobServiceGrpc;
import io.ckpt.v1.JobServiceGrpc.JobServiceBlockingStub;
import io.ckpt.v1.NodeServiceGrpc;
import io.ckpt.v1.NodeServiceGrpc.NodeServiceBlockingStub;
import io.ckpt.v1.RestartServiceGrpc;
import io.ckpt.v1.RestartServiceGrpc.RestartServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The API, wherever it is answered: by the daemon behind a socket, or by an engine in this process. This class is the one
 * door between the command line and the engine.
 */
final class Connection implements AutoCloseable {
    private static final Path DEFAULT_SOCKET = Path.of("/run/ckpt/ckptd.sock");
    private static final int MAX_ERROR_BYTES = 1 << 20;

    private final ManagedChannel channel;
    private final Runnable end;

    private Connection(ManagedChannel channel, Runnable end) {
        this.channel = channel;
        this.end = end;
    }

    /**
     * The daemon behind the named socket. Where none is named, the daemon behind the usual one, and without a daemon
     * the embedded engine for root.
     *
     * @throws Fault DAEMON_UNAVAILABLE
     */
    static Connection choose(Optional<Path> socket) {
        Path path = socket.orElse(DEFAULT_SOCKET);
        Optional<IOException> obstacle = obstacle(path);
        if (obstacle.isEmpty()) {
            return remote(path);
        }
        if (socket.isEmpty() && uid() == 0) {
            return embedded();
        }
        throw new Fault(
                FaultCode.DAEMON_UNAVAILABLE,
                "no daemon answers on " + path + ": " + obstacle.get().getMessage(),
                "start ckptd, name its socket by --socket, or work as root without it",
                obstacle.get());
    }

    private static Optional<IOException> obstacle(Path path) {
        try (SocketChannel open = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }

    private static Connection remote(Path path) {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        ManagedChannel channel = NettyChannelBuilder.forAddress(new DomainSocketAddress(path.toFile()))
                .channelType(EpollDomainSocketChannel.class)
                .eventLoopGroup(loop)
                .maxInboundMetadataSize(MAX_ERROR_BYTES)
                .usePlaintext()
                .build();
        return new Connection(channel, () -> {
            channel.shutdownNow();
            loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        });
    }

    /** @throws Fault NOT_PERMITTED unless the caller is root */
    static Connection embedded() {
        if (uid() != 0) {
            throw new Fault(
                    FaultCode.NOT_PERMITTED,
                    "only root may run the engine in ckptctl",
                    "leave --embedded out and ask the daemon");
        }
        EmbeddedApi api = EmbeddedApi.start(
                Optional.ofNullable(System.getenv("CKPT_CONFIG")).map(Path::of));
        return new Connection(api.channel(), api::close);
    }

    private static int uid() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw Fault.internal("/proc/self: " + e, e);
        }
    }

    CheckpointServiceBlockingStub checkpoints() {
        return CheckpointServiceGrpc.newBlockingStub(channel);
    }

    RestartServiceBlockingStub restarts() {
        return RestartServiceGrpc.newBlockingStub(channel);
    }

    JobServiceBlockingStub jobs() {
        return JobServiceGrpc.newBlockingStub(channel);
    }

    NodeServiceBlockingStub nodes() {
        return NodeServiceGrpc.newBlockingStub(channel);
    }

    @Override
    public void close() {
        end.run();
    }
}
