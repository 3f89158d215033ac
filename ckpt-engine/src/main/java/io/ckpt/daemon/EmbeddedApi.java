package io.ckpt.daemon;

import io.ckpt.access.AccessRule;
import io.ckpt.access.PeerInterceptor;
import io.ckpt.job.Engine;
import io.ckpt.service.Endpoints;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The same API over an engine in this process: the door by which the command line works on a node without a daemon. The
 * caller is this process itself.
 */
public final class EmbeddedApi implements AutoCloseable {
    private final ExecutorService workers;
    private final Server server;
    private final ManagedChannel channel;
    private final Engine engine;

    private EmbeddedApi(ExecutorService workers, Server server, ManagedChannel channel, Engine engine) {
        this.workers = workers;
        this.server = server;
        this.channel = channel;
        this.engine = engine;
    }

    /** @param config settings other than those of the node */
    public static EmbeddedApi start(Optional<Path> config) {
        return start(Wiring.engine(Ckptd.settings(config)));
    }

    /** Over an engine that is there already. */
    public static EmbeddedApi start(Engine engine) {
        ExecutorService workers = Executors.newCachedThreadPool(EmbeddedApi::thread);
        String name = InProcessServerBuilder.generateName();
        InProcessServerBuilder builder =
                InProcessServerBuilder.forName(name).executor(workers).intercept(PeerInterceptor.inProcess());
        Endpoints.of(engine, new AccessRule(Set.of()), workers).forEach(builder::addService);
        try {
            Server server = builder.build().start();
            return new EmbeddedApi(
                    workers,
                    server,
                    InProcessChannelBuilder.forName(name).executor(workers).build(),
                    engine);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends with the command: it never keeps the process alive. */
    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "engine");
        thread.setDaemon(true);
        return thread;
    }

    public ManagedChannel channel() {
        return channel;
    }

    /** Not before every job has its memory. */
    @Override
    public void close() {
        engine.settle();
        channel.shutdownNow();
        server.shutdownNow();
        workers.shutdown();
    }
}
