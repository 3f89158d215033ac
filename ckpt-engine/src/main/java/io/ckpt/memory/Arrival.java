package io.ckpt.memory;

import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** An unpacked extent on its way to where it belongs. */
final class Arrival {
    private static final int LOOK_MILLIS = 100;

    private final int number;
    private final ByteBuffer bytes;
    private final CountDownLatch emptied = new CountDownLatch(1);

    /** @param bytes that nobody else uses until {@link #awaitEmptied} has returned */
    Arrival(int number, ByteBuffer bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    int number() {
        return number;
    }

    /** All of the extent. */
    ByteBuffer bytes() {
        return bytes;
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
