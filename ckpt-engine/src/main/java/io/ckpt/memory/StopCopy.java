package io.ckpt.memory;

import io.ckpt.image.ImageFormat;
import io.ckpt.image.ImageWriter;
import io.ckpt.image.Shares;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * Reads everything while the job is frozen: always right, and right when the job is to leave anyway. What a bounded
 * memory can hold is packed once the job runs again; what is beyond that is packed at once, and fast rather than small,
 * for the job waits.
 */
public final class StopCopy implements MemoryStrategy {
    static final int HELD_BYTES = 76 << 20;

    private final int threads;
    private final HoldingArea area;

    /** @param threads that read and pack, each with about 2 MiB of memory */
    public StopCopy(int threads) {
        this(threads, HELD_BYTES);
    }

    StopCopy(int threads, int heldBytes) {
        this.threads = threads;
        this.area = new HoldingArea(heldBytes);
    }

    @Override
    public void prepare() {
        area.prepare();
    }

    @Override
    public Copy begin(List<PageRun> runs, ImageWriter image) {
        Reading copy = new Reading(runs, image);
        try {
            copy.read();
            return copy;
        } catch (RuntimeException | Error e) {
            copy.close();
            throw e;
        }
    }

    /** Runs cut at multiples of an extent's size. */
    static List<PageRun> pieces(List<PageRun> runs) {
        List<PageRun> pieces = new ArrayList<>();
        for (PageRun run : runs) {
            long end = run.start() + run.length();
            for (long at = run.start(); at != end; ) {
                long cut = Math.min(end - at, ImageFormat.EXTENT_BYTES - (at & ImageFormat.EXTENT_BYTES - 1));
                pieces.add(new PageRun(run.objectId(), run.source(), at, cut));
                at += cut;
            }
        }
        return pieces;
    }

    /** A copy whose pages have been read, and are packed or held. */
    private final class Reading implements Copy {
        private final long begin = System.nanoTime();
        private final ImageWriter image;
        private final long storedBefore;
        private final List<PageRun> pieces;
        private final HoldingArea.Share share = area.share();
        private final Queue<HeldPages> held = new ConcurrentLinkedQueue<>();
        private final LongAdder zeroBytes = new LongAdder();

        Reading(List<PageRun> runs, ImageWriter image) {
            this.image = image;
            this.storedBefore = image.storedBytes();
            this.pieces = pieces(runs);
        }

        void read() {
            Shares.runUrgently(threads, pieces.size(), "ckpt-copy", () -> {
                PageCopier copier = new PageCopier(image, image.compression().hurried());
                HoldingArea.Room room = share.room();
                return Shares.worker(index -> read(pieces.get(index), room, copier), copier::close);
            });
        }

        private void read(PageRun piece, HoldingArea.Room room, PageCopier copier) {
            room.take((int) piece.length())
                    .ifPresentOrElse(
                            pages -> held.add(HeldPages.read(piece, pages)), () -> zeroBytes.add(copier.copy(piece)));
        }

        @Override
        public CopyFigures finish() {
            List<HeldPages> waiting = List.copyOf(held);
            Shares.run(image.allowance(), threads, waiting.size(), "ckpt-pack", () -> {
                PageCopier copier = new PageCopier(image, image.compression().level());
                return Shares.worker(index -> zeroBytes.add(copier.pack(waiting.get(index))), copier::close);
            });
            return new CopyFigures(
                    "stop",
                    "",
                    PageRun.bytes(pieces),
                    zeroBytes.sum(),
                    image.storedBytes() - storedBefore,
                    System.nanoTime() - begin);
        }

        @Override
        public void close() {
            share.close();
        }
    }
}
