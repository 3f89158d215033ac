package io.ckpt.job;

import io.ckpt.store.Staging;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Carries images to the shared store with little memory, and stands aside for checkpoints that somebody waits for. */
final class Carriage implements Staging.Carrier {
    private static final int LOAD = 4 << 20;

    /** What is on its way to the disk at most, when more is to be carried. */
    private static final int UNSYNCED = 64 << 20;

    private static final long MOMENT = 20_000_000;

    private final AtomicInteger hurried = new AtomicInteger();

    /** Nothing is carried while one of these is open. */
    interface Pause extends AutoCloseable {
        @Override
        void close();
    }

    Pause pause() {
        hurried.incrementAndGet();
        return hurried::decrementAndGet;
    }

    @Override
    public void carry(FileChannel from, FileChannel into) throws IOException {
        ByteBuffer load = ByteBuffer.allocateDirect(LOAD);
        long unsynced = 0;
        while (from.read(load.clear()) >= 0) {
            standAside();
            unsynced += load.flip().remaining();
            write(load, into);
            if (unsynced >= UNSYNCED) {
                into.force(false);
                unsynced = 0;
            }
        }
    }

    private static void write(ByteBuffer load, FileChannel into) throws IOException {
        while (load.hasRemaining()) {
            into.write(load);
        }
    }

    private void standAside() {
        while (hurried.get() > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(MOMENT);
        }
    }
}
