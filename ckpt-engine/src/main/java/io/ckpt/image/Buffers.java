package io.ckpt.image;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Direct buffers that are used again. A fresh one costs a fault for each of its pages, and goes only with a collection
 * of garbage, which must not be needed while a job waits. For any number of threads.
 */
public final class Buffers {
    private final long mostBytes;
    private final AtomicLong freeBytes = new AtomicLong();
    private final Map<Integer, Queue<ByteBuffer>> free = new ConcurrentHashMap<>();

    /** @param mostBytes of buffers that nobody uses at the moment */
    public Buffers(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** An empty buffer, its content undefined. */
    public ByteBuffer take(int bytes) {
        Optional<ByteBuffer> used = Optional.ofNullable(ofSize(bytes).poll());
        used.ifPresent(buffer -> freeBytes.addAndGet(-bytes));
        return used.map(ByteBuffer::clear).orElseGet(() -> aligned(bytes));
    }

    /** As disks want it that are written to past the page cache. */
    private static ByteBuffer aligned(int bytes) {
        ByteBuffer room = ByteBuffer.allocateDirect(bytes + ImageFormat.PAGE_BYTES);
        int beyond = room.alignmentOffset(0, ImageFormat.PAGE_BYTES);
        return room.slice(ImageFormat.PAGE_BYTES - beyond, bytes);
    }

    /** Of a buffer of {@link #take} that nobody uses any more. */
    public void giveBack(ByteBuffer buffer) {
        int bytes = buffer.capacity();
        if (freeBytes.addAndGet(bytes) <= mostBytes) {
            ofSize(bytes).add(buffer);
        } else {
            freeBytes.addAndGet(-bytes);
        }
    }

    private Queue<ByteBuffer> ofSize(int bytes) {
        return free.computeIfAbsent(bytes, any -> new ConcurrentLinkedQueue<>());
    }
}
