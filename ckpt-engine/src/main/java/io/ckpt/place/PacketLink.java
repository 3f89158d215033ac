package io.ckpt.place;

import java.time.Duration;
import java.util.Optional;

/**
 * A connected SOCK_SEQPACKET socket. Sending is allowed from any thread, receiving from one at a time; closing ends a
 * receive under way.
 */
public interface PacketLink extends AutoCloseable {
    /** Who connected, as the kernel recorded it (SO_PEERCRED, pid as this process sees it). */
    record Peer(int pid, int uid, int gid) {}

    Peer peer();

    /** Sends one packet with descriptors, which stay open here; IO_ERROR when the peer is gone. */
    void send(byte[] packet, int... descriptors);

    /**
     * The next packet, or nothing when the peer has closed.
     *
     * @param timeout empty to wait for ever
     * @throws io.ckpt.fault.Fault BUSY when no packet came in time
     */
    Optional<byte[]> receive(Optional<Duration> timeout);

    @Override
    void close();
}
