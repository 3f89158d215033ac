package io.ckpt.memory;

import io.ckpt.image.ImageFormat;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Memory that takes pages in while a job is frozen, so that they are packed when it runs again. Made once, shared by all
 * copies; may be used from any thread.
 */
final class HoldingArea {
    private final int blocks;
    private final Queue<ByteBuffer> free = new ConcurrentLinkedQueue<>();
    private int made;

    /** @param bytes that it holds at most */
    HoldingArea(int bytes) {
        this.blocks = bytes / ImageFormat.EXTENT_BYTES;
    }

    /** Gets the memory. That takes longer than filling it, so it is done before anything is frozen. */
    synchronized void prepare() {
        for (; made < blocks; made++) {
            free.add(ByteBuffer.allocateDirect(ImageFormat.EXTENT_BYTES));
        }
    }

    Share share() {
        return new Share();
    }

    /** What one copy holds, for all of its threads; closing gives it back. */
    final class Share implements AutoCloseable {
        private final Queue<ByteBuffer> taken = new ConcurrentLinkedQueue<>();

        Room room() {
            return new Room(this);
        }

        private Optional<ByteBuffer> block() {
            Optional<ByteBuffer> block = Optional.ofNullable(free.poll());
            block.ifPresent(taken::add);
            return block;
        }

        @Override
        public void close() {
            for (ByteBuffer block = taken.poll(); block != null; block = taken.poll()) {
                free.add(block.clear());
            }
        }
    }

    /** Where one thread puts pages. */
    static final class Room {
        private final Share share;
        private ByteBuffer block = ByteBuffer.allocate(0);

        private Room(Share share) {
            this.share = share;
        }

        /** Room for so many bytes, at most an extent; nothing when the area is full. */
        Optional<ByteBuffer> take(int length) {
            if (block.remaining() < length) {
                block = share.block().orElse(block);
            }
            if (block.remaining() < length) {
                return Optional.empty();
            }
            ByteBuffer room = block.slice(block.position(), length);
            block.position(block.position() + length);
            return Optional.of(room);
        }
    }
}
