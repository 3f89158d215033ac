package io.ckpt.place;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A link whose other end is the test. */
public final class FakeLink implements PacketLink {
    private final Peer peer;
    private final BlockingQueue<Optional<byte[]>> toEngine = new LinkedBlockingQueue<>();
    private final BlockingQueue<PlaceMessage> toPlace = new LinkedBlockingQueue<>();
    private final List<Integer> descriptors = new ArrayList<>();

    public FakeLink(Peer peer) {
        this.peer = peer;
    }

    /** What ckpt-run says. */
    public FakeLink say(PlaceMessage message) {
        toEngine.add(Optional.of(PlaceCodec.encode(message)));
        return this;
    }

    public FakeLink hangUp() {
        toEngine.add(Optional.empty());
        return this;
    }

    /** What the engine said next; waits for it. */
    public PlaceMessage heard() throws InterruptedException {
        PlaceMessage message = toPlace.poll(10, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("the engine said nothing");
        }
        return message;
    }

    public boolean heardNothingMore() {
        return toPlace.isEmpty();
    }

    public List<Integer> descriptors() {
        return descriptors;
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public void send(byte[] packet, int... fds) {
        for (int fd : fds) {
            descriptors.add(fd);
        }
        toPlace.add(PlaceCodec.decode(packet));
    }

    @Override
    public Optional<byte[]> receive(Optional<Duration> timeout) {
        try {
            Optional<byte[]> packet =
                    toEngine.poll(timeout.orElse(Duration.ofDays(1)).toMillis(), TimeUnit.MILLISECONDS);
            if (packet == null) {
                throw new Fault(FaultCode.BUSY, "no packet in time", "wait longer");
            }
            return packet;
        } catch (InterruptedException interrupted) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        hangUp();
    }
}
