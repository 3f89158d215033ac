package io.ckpt.image;

import io.ckpt.fault.Fault;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Entries on their way into an archive: one thread writes them in order, out of a fixed number of buffers. Who fills
 * buffers faster than the disk takes them waits in {@link #emptyBuffer}. After a failed write nothing more is written
 * and every call throws that failure.
 */
final class ArchiveQueue implements AutoCloseable {
    static final int BUFFER_BYTES = 8 << 20;
    private static final int BUFFERS = 6;

    private final Archive archive;
    private final Buffers buffers;
    private final BlockingQueue<ByteBuffer> empty = new ArrayBlockingQueue<>(BUFFERS);
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "ckpt-image-writer"));
    private final Throttle throttle;
    private long busyNanos;
    private int made;
    private Future<?> last;
    private volatile RuntimeException failure;

    ArchiveQueue(Archive archive, Buffers buffers, Throttle throttle) {
        this.archive = archive;
        this.buffers = buffers;
        this.throttle = throttle;
    }

    /** A frame for an entry; waits until one has been written when all are in use. */
    synchronized ByteBuffer emptyBuffer() {
        check();
        if (empty.isEmpty() && made < BUFFERS) {
            made++;
            return Archive.frame(buffers.take(BUFFER_BYTES));
        }
        try {
            ByteBuffer buffer = empty.take();
            check();
            return Archive.frame(buffer);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Writes a buffer of {@link #emptyBuffer} and takes it back. */
    synchronized void put(String name, ByteBuffer buffer) {
        last = thread.submit(() -> {
            int bytes = Archive.at(buffer);
            write(() -> {
                archive.framedEntry(name, buffer);
                throttle.passed(bytes);
            });
            empty.add(buffer);
        });
    }

    synchronized void put(String name, byte[] content) {
        last = thread.submit(() -> write(() -> archive.hashedEntry(name, content)));
    }

    /** Waits until everything has been written. */
    synchronized void drain() {
        try {
            if (last != null) {
                last.get();
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            throw Fault.internal("the image writer stopped", e);
        }
        check();
    }

    /** How long was written; to be asked when everything has been. */
    long busyNanos() {
        return busyNanos;
    }

    private void write(Runnable entry) {
        if (failure != null) {
            return;
        }
        long begin = System.nanoTime();
        try {
            entry.run();
        } catch (RuntimeException e) {
            failure = e;
        }
        busyNanos += System.nanoTime() - begin;
    }

    private void check() {
        if (failure instanceof Fault fault) {
            throw new Fault(fault.code(), fault.getMessage(), fault.remedy(), fault);
        }
        if (failure != null) {
            throw Fault.internal("the image writer stopped", failure);
        }
    }

    private static Fault interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return Fault.internal("interrupted while writing an image", cause);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        boolean ended = false;
        while (!ended) {
            try {
                ended = thread.awaitTermination(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        empty.forEach(buffers::giveBack);
        empty.clear();
    }
}
