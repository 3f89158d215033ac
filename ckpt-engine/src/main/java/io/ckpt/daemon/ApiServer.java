package io.ckpt.daemon;

import io.ckpt.access.AccessRule;
import io.ckpt.access.PeerInterceptor;
import io.ckpt.access.PeerNegotiator;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.job.Engine;
import io.ckpt.service.Endpoints;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The API on a UNIX socket that root and one group may open. */
public final class ApiServer implements AutoCloseable {
    private static final int LOOP_THREADS = 2;
    private static final int GRACE_SECONDS = 5;

    private final Server server;
    private final EventLoopGroup loops;
    private final ExecutorService workers;
    private final SocketFile socket;

    private ApiServer(Server server, EventLoopGroup loops, ExecutorService workers, SocketFile socket) {
        this.server = server;
        this.loops = loops;
        this.workers = workers;
        this.socket = socket;
    }

    /**
     * Serves until closed.
     *
     * @throws Fault CONFIGURATION when the socket cannot be made; BUSY when another daemon listens on it
     */
    public static ApiServer start(Settings settings, Engine engine) {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(LOOP_THREADS, EpollIoHandler.newFactory());
        ExecutorService workers = Executors.newCachedThreadPool();
        try (SocketFile socket = SocketFile.prepare(settings.socket(), settings.socketGroup())) {
            Server server =
                    server(socket.draft(), loops, workers, settings, engine).start();
            socket.publish();
            return new ApiServer(server, loops, workers, socket);
        } catch (IOException e) {
            loops.shutdownGracefully();
            throw new Fault(
                    FaultCode.CONFIGURATION,
                    "socket " + settings.socket() + ": " + e,
                    "set Socket= to a place of root's",
                    e);
        }
    }

    private static Server server(
            Path path, EventLoopGroup loops, ExecutorService workers, Settings settings, Engine engine) {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new DomainSocketAddress(path.toFile()), PeerNegotiator.credentials())
                .channelType(EpollServerDomainSocketChannel.class)
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .executor(workers)
                .intercept(PeerInterceptor.kernel())
                .addService(new HealthStatusManager().getHealthService())
                .addService(ProtoReflectionServiceV1.newInstance());
        Endpoints.of(engine, new AccessRule(settings.administrators()), workers).forEach(builder::addService);
        return builder.build();
    }

    /** Refuses new calls, gives those under way a few seconds, and takes the socket away. */
    @Override
    public void close() {
        socket.remove();
        server.shutdown();
        try {
            if (!server.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException hurry) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        workers.shutdownNow();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
