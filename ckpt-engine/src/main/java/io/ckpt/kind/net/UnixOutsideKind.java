package io.ckpt.kind.net;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.SocketPair;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.kind.RestartOptions;
import java.nio.charset.StandardCharsets;

/**
 * A UNIX socket whose other end a process outside the job holds. A connection to a service that has a name comes back as if
 * that service had been started anew: what was received can be read, then it ends. Nobody could make one without a name
 * once more, and what depends on it is not known: it is refused.
 */
public final class UnixOutsideKind implements ObjectKind<StolenFile, SocketPair> {
    @Override
    public String name() {
        return "unix-outside";
    }

    @Override
    public SocketPair emptyState() {
        return SocketPair.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return UnixRole.of(file, context) == UnixRole.OUTSIDE;
    }

    @Override
    public SocketPair capture(StolenFile file, CaptureContext context) {
        String service = service(file);
        if (service.isEmpty()) {
            Description.refuse(
                    file,
                    context,
                    "its other end is held by a process outside the job",
                    "close it before the checkpoint, or checkpoint that process with it");
            return emptyState();
        }
        context.warn("fd " + file.number() + " of pid " + file.process().pid() + ": its connection to " + service
                + " leads out of the job; after a restart it is found closed");
        return SocketPair.newBuilder()
                .setType(Settings.number(file, KnownOption.SOCKET, Settings.TYPE))
                .setOwner(UnixOwners.toldTo(file))
                .addEnds(SocketPairKind.end(file, context))
                .setService(service)
                .build();
    }

    @Override
    public void plan(ObjectId id, SocketPair state, PlanContext plan) {
        String origin = plan.origin(id, name());
        if (plan.options().tcp() == RestartOptions.TcpPolicy.REFUSE) {
            throw new Fault(
                    FaultCode.UNSUPPORTED_NODE,
                    origin + ": the connection to " + state.getService() + " leads out of the job",
                    "restart with --tcp close");
        }
        SocketPairPlan.append(origin, state, plan);
    }

    /** The name of who listens there; empty for none, and for sockets that are not connected through one. */
    private static String service(StolenFile file) {
        byte[] address = file.socket().peerName().map(UnixNames::address).orElse(new byte[0]);
        boolean isConnection = Settings.number(file, KnownOption.SOCKET, Settings.TYPE) != UnixRole.DATAGRAM;
        return isConnection ? new String(address, StandardCharsets.UTF_8).replace('\0', '@') : "";
    }
}
