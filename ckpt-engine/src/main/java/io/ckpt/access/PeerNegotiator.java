package io.ckpt.access;

import io.grpc.Attributes;
import io.grpc.ServerCredentials;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalNettyServerCredentials;
import io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.ProtocolNegotiationEvent;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts the credentials that the kernel keeps for a UNIX socket ({@code SO_PEERCRED}, unix(7)) into the attributes of
 * every connection, before its first call. Built on gRPC's internal negotiation, so its version is pinned.
 */
public final class PeerNegotiator implements InternalProtocolNegotiator.ProtocolNegotiator {
    static final Attributes.Key<Peer> PEER = Attributes.Key.create("ckpt-peer");

    private PeerNegotiator() {}

    /** Plain text, and the peer known. */
    public static ServerCredentials credentials() {
        return InternalNettyServerCredentials.create(new PeerNegotiator());
    }

    @Override
    public AsciiString scheme() {
        return AsciiString.of("http");
    }

    @Override
    public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpc) {
        ChannelHandler negotiation = InternalProtocolNegotiators.grpcNegotiationHandler(grpc);
        return InternalProtocolNegotiators.waitUntilActiveHandler(
                new CredentialsHandler(negotiation), grpc.getNegotiationLogger());
    }

    @Override
    public void close() {}

    private static final class CredentialsHandler extends ChannelInboundHandlerAdapter {
        private final ChannelHandler next;

        CredentialsHandler(ChannelHandler next) {
            this.next = next;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws IOException {
            if (!(event instanceof ProtocolNegotiationEvent negotiation)) {
                context.fireUserEventTriggered(event);
                return;
            }
            Attributes attributes = InternalProtocolNegotiationEvent.getAttributes(negotiation).toBuilder()
                    .set(PEER, peer((EpollDomainSocketChannel) context.channel()))
                    .build();
            context.pipeline().replace(this, null, next);
            context.fireUserEventTriggered(InternalProtocolNegotiationEvent.withAttributes(negotiation, attributes));
        }
    }

    private static Peer peer(EpollDomainSocketChannel channel) throws IOException {
        PeerCredentials credentials = channel.peerCredentials();
        return new Peer(credentials.pid(), credentials.uid(), groups(credentials));
    }

    /** The kernel hands over the effective gid alone; the others are believed while the process is still that user's. */
    private static Set<Integer> groups(PeerCredentials credentials) {
        Stream<Integer> supplementary = ProcessOwner.of(credentials.pid())
                .filter(owner -> owner.effectiveUid() == credentials.uid())
                .map(owner -> owner.groups().stream())
                .orElseGet(Stream::empty);
        return Stream.concat(Arrays.stream(credentials.gids()).boxed(), supplementary)
                .collect(Collectors.toUnmodifiableSet());
    }
}
