package io.ckpt.memory;

import io.ckpt.freeze.FrozenJob;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.JobRoot;
import io.ckpt.freeze.LivePages;
import io.ckpt.freeze.WriteTracker;
import io.ckpt.image.ImageFormat;
import io.ckpt.image.ImageWriter;
import io.ckpt.image.Shares;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Protects memory while the job is frozen, or most of it before, and copies it while the job runs, each page before the job
 * can write it. Small mappings, and those that the kernel does not watch, are read at once. For one checkpoint.
 */
public final class LiveCopy implements MemoryStrategy {
    private static final int RING_BYTES = 64 << 20;

    private final int threads;
    private final int ringBytes;
    private final MemoryStrategy rest;
    private Optional<LivePages> ahead = Optional.empty();

    /**
     * @param threads that protect and pack, each with about 1 MiB of memory
     * @param rest for what cannot be copied later
     */
    public LiveCopy(int threads, MemoryStrategy rest) {
        this(threads, rest, RING_BYTES);
    }

    LiveCopy(int threads, MemoryStrategy rest, int ringBytes) {
        this.threads = threads;
        this.rest = rest;
        this.ringBytes = ringBytes;
    }

    @Override
    public void prepare() {
        rest.prepare();
    }

    /** Only where moved and replaced memory is known not to look as if it were protected still. */
    @Override
    public void copyAhead(JobRoot root, ImageWriter image) {
        if (ProtectedAhead.isWorthwhile(root) && WriteTracker.missing().isEmpty()) {
            ahead = Optional.of(LivePages.open(ringBytes));
            ProtectedAhead.protect(root, ahead.get());
        }
    }

    private LivePages pages() {
        LivePages pages = ahead.orElseGet(() -> LivePages.open(ringBytes));
        ahead = Optional.empty();
        pages.endAdmitting();
        return pages;
    }

    @Override
    public void close() {
        ahead.ifPresent(LivePages::close);
    }

    @Override
    public Copy begin(List<PageRun> runs, ImageWriter image) {
        Running copy = new Running(pages(), image);
        try {
            copy.begin(runs);
            return copy;
        } catch (RuntimeException | Error e) {
            copy.close();
            throw e;
        }
    }

    private final class Running implements Copy {
        private final long begin = System.nanoTime();
        private final LivePages pages;
        private final ImageWriter image;
        private final long storedBefore;
        private final WatchedMemory memory;
        private final LongAdder zeroBytes = new LongAdder();
        private Optional<Copy> atOnce = Optional.empty();

        Running(LivePages pages, ImageWriter image) {
            this.pages = pages;
            this.image = image;
            this.storedBefore = image.storedBytes();
            this.memory = new WatchedMemory(pages);
        }

        void begin(List<PageRun> runs) {
            memory.watch(runs);
            memory.protect(threads);
            atOnce = Optional.of(rest.begin(memory.unwatched(), image));
            pages.start();
        }

        @Override
        public void thaw(FrozenJob job) {
            job.closeBeside(pages);
        }

        @Override
        public CopyFigures finish() {
            int allowed = image.allowance().threads(threads); // none stands back: writers of the job may wait for them
            Shares.run(allowed, memory.windows(), "ckpt-live", () -> {
                PageCopier copier = new PageCopier(image, image.compression().level());
                return Shares.worker(index -> packNext(copier), copier::close);
            });
            CopyFigures others = atOnce.orElseThrow().finish();
            return new CopyFigures(
                    "live",
                    "",
                    memory.pageBytes() + others.readBytes(),
                    zeroBytes.sum() - memory.gapBytes() + others.zeroBytes(),
                    image.storedBytes() - storedBefore,
                    System.nanoTime() - begin);
        }

        private void packNext(PageCopier copier) {
            try (LivePages.Copied copied = pages.next()) {
                FrozenProcess process = copied.process();
                String object = memory.objectId(process);
                ByteBuffer all = copied.pages();
                for (int at = 0; at < all.limit(); ) {
                    long address = copied.start() + at;
                    int cut = (int) (ImageFormat.EXTENT_BYTES - (address & ImageFormat.EXTENT_BYTES - 1));
                    int length = Math.min(all.limit() - at, cut);
                    PageRun run = new PageRun(object, process::read, address, length);
                    zeroBytes.add(copier.pack(new HeldPages(run, all.slice(at, length))));
                    at += length;
                }
            }
        }

        @Override
        public void close() {
            pages.close();
            atOnce.ifPresent(Copy::close);
        }
    }
}
