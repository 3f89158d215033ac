package io.ckpt.memory;

import io.ckpt.image.ExtentPages;
import io.ckpt.image.v1.Extent;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** An unpacked extent on its way to where it belongs, piece by piece. */
final class Arrival {
    static final int PIECE_BYTES = 64 << 10;
    private static final int LOOK_MILLIS = 100;

    private final int number;
    private final Extent extent;
    private final ByteBuffer bytes;
    private final BitSet left = new BitSet();
    private final CountDownLatch emptied = new CountDownLatch(1);

    /** @param bytes that nobody else uses until {@link #awaitEmptied} has returned */
    Arrival(int number, Extent extent, ByteBuffer bytes) {
        this.number = number;
        this.extent = extent;
        this.bytes = bytes;
        left.set(0, (extent.getLength() + PIECE_BYTES - 1) / PIECE_BYTES);
    }

    int number() {
        return number;
    }

    String object() {
        return extent.getObjectId();
    }

    boolean isLeft(int piece) {
        return left.get(piece);
    }

    int nextPiece() {
        return left.nextSetBit(0);
    }

    /** In which piece an address of the image lies. */
    static int piece(Extent extent, long image) {
        return (int) ((image - extent.getStart()) / PIECE_BYTES);
    }

    /** Pages of a piece. @param image where they lay */
    record Pages(long image, ByteBuffer bytes) {}

    List<Pages> pages(int piece) {
        int from = piece * PIECE_BYTES;
        int to = Math.min(from + PIECE_BYTES, extent.getLength());
        return ExtentPages.runs(extent).stream()
                .filter(run -> run.at() < to && run.at() + run.length() > from)
                .map(run -> pages(Math.max(run.at(), from), Math.min(run.at() + run.length(), to)))
                .toList();
    }

    private Pages pages(int from, int to) {
        return new Pages(extent.getStart() + from, bytes.slice(from, to - from));
    }

    /** A piece is there; whether it was the last. */
    boolean done(int piece) {
        left.clear(piece);
        return left.isEmpty();
    }

    void emptied() {
        emptied.countDown();
    }

    void awaitEmptied(BooleanSupplier over) throws InterruptedException {
        while (!emptied.await(LOOK_MILLIS, TimeUnit.MILLISECONDS) && !over.getAsBoolean()) {
            // once more
        }
    }
}
