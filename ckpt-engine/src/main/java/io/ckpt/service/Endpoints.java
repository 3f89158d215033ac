package io.ckpt.service;

import io.ckpt.access.AccessRule;
import io.ckpt.job.Engine;
import io.grpc.BindableService;
import java.util.List;
import java.util.concurrent.Executor;

/** The whole API over one engine, ready to be added to a server of any transport. */
public final class Endpoints {
    private Endpoints() {}

    /** @param workers runs checkpoints and restarts: one thread for each, for as long as it lasts */
    public static List<BindableService> of(Engine engine, AccessRule rule, Executor workers) {
        Visible visible = new Visible(engine, rule);
        return List.of(
                new CheckpointEndpoint(engine, visible, workers),
                new RestartEndpoint(engine, visible, workers),
                new JobEndpoint(visible),
                new NodeEndpoint(engine, visible));
    }
}
