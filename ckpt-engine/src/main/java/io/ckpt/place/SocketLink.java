package io.ckpt.place;

import io.ckpt.freeze.PacketSocket;
import java.time.Duration;
import java.util.Optional;

/** A link over a real socket. */
public final class SocketLink implements PacketLink {
    private final PacketSocket socket;

    public SocketLink(PacketSocket socket) {
        this.socket = socket;
    }

    @Override
    public Peer peer() {
        PacketSocket.Peer peer = socket.peer();
        return new Peer(peer.pid(), peer.uid(), peer.gid());
    }

    @Override
    public void send(byte[] packet, int... descriptors) {
        socket.send(packet, descriptors);
    }

    @Override
    public Optional<byte[]> receive(Optional<Duration> timeout) {
        return socket.receive(PlaceCodec.SIZE, timeout).map(PacketSocket.Packet::bytes);
    }

    @Override
    public void close() {
        socket.hangUp();
        socket.close();
    }
}
