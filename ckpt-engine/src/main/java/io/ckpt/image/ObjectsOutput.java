package io.ckpt.image;

import io.ckpt.image.v1.ObjectState;

/** Gathers object states into entries {@code objects-NNNNN.pb.zst}, handed over as they fill. */
final class ObjectsOutput {
    private static final int ENTRY_BYTES = 4 << 20;

    private final ArchiveQueue queue;
    private PackedMessages messages = new PackedMessages();
    private int number;

    ObjectsOutput(ArchiveQueue queue) {
        this.queue = queue;
    }

    synchronized void add(ObjectState state) {
        messages.add(state);
        if (messages.size() >= ENTRY_BYTES) {
            flush();
        }
    }

    synchronized void flush() {
        queue.put(ImageFormat.objects(number++), messages.end());
        messages = new PackedMessages();
    }
}
