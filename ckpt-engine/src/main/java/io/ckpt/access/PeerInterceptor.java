package io.ckpt.access;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Optional;
import java.util.function.Function;

/** Makes the peer of a connection known to the call: {@link Peer#current}. A call without one goes no further. */
public final class PeerInterceptor implements ServerInterceptor {
    private final Function<ServerCall<?, ?>, Optional<Peer>> peerOf;

    private PeerInterceptor(Function<ServerCall<?, ?>, Optional<Peer>> peerOf) {
        this.peerOf = peerOf;
    }

    /** For a socket behind {@link PeerNegotiator}. */
    public static PeerInterceptor kernel() {
        return new PeerInterceptor(
                call -> Optional.ofNullable(call.getAttributes().get(PeerNegotiator.PEER)));
    }

    /** For calls that never leave this process. */
    public static PeerInterceptor inProcess() {
        Peer self = Peer.self();
        return new PeerInterceptor(call -> Optional.of(self));
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Optional<Peer> peer = peerOf.apply(call);
        if (peer.isEmpty()) {
            call.close(Status.UNAUTHENTICATED.withDescription("the caller is not known"), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        return Contexts.interceptCall(Context.current().withValue(Peer.KEY, peer.get()), call, headers, next);
    }
}
