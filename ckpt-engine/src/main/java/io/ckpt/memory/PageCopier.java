package io.ckpt.memory;

import io.ckpt.image.Buffers;
import io.ckpt.image.ExtentPacker;
import io.ckpt.image.ImageFormat;
import io.ckpt.image.ImageWriter;
import io.ckpt.image.PackedExtent;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/** Copies runs of at most one extent into an image, without their zero pages. For one thread. */
final class PageCopier implements AutoCloseable {
    /** What becomes of a packed extent. */
    interface Sink {
        void accept(String objectId, long start, PackedExtent packed);
    }

    private final ImageWriter image;
    private final Sink sink;
    private final LongConsumer passed;
    private final Buffers buffers;
    private final ExtentPacker packer;
    private final ByteBuffer pages;

    PageCopier(ImageWriter image, int level) {
        this(image, level, image::append, image::passed);
    }

    /** @param passed hears of the bytes of each run */
    PageCopier(ImageWriter image, int level, Sink sink, LongConsumer passed) {
        this.image = image;
        this.sink = sink;
        this.passed = passed;
        this.buffers = image.buffers();
        this.packer = new ExtentPacker(level, buffers);
        this.pages = buffers.take(ImageFormat.EXTENT_BYTES);
    }

    /** Returns how many bytes were zero. */
    long copy(PageRun run) {
        return pack(HeldPages.read(run, pages.clear().limit((int) run.length())));
    }

    /** Returns how many bytes were zero. */
    long pack(HeldPages held) {
        PageRun run = held.run();
        ByteBuffer pages = held.pages();
        int stored = 0;
        for (int at = ZeroPages.nextData(pages, 0); at < pages.limit(); ) {
            int end = ZeroPages.nextZero(pages, at);
            sink.accept(run.objectId(), run.start() + at, pack(pages.slice(at, end - at)));
            stored += end - at;
            at = ZeroPages.nextData(pages, end);
        }
        passed.accept(run.length());
        return run.length() - stored;
    }

    private PackedExtent pack(ByteBuffer plain) {
        long begin = System.nanoTime();
        PackedExtent packed = packer.pack(plain);
        image.packed(plain.remaining(), System.nanoTime() - begin);
        return packed;
    }

    @Override
    public void close() {
        packer.close();
        buffers.giveBack(pages);
    }
}
