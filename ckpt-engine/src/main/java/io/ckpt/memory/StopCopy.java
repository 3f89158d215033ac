package io.ckpt.memory;

import io.ckpt.image.ImageFormat;
import io.ckpt.image.ImageWriter;
import io.ckpt.image.Shares;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Copies and packs everything while the job is frozen: always right, and right when the job is to leave anyway. */
public final class StopCopy implements MemoryStrategy {
    private final int threads;
    private final int level;

    /**
     * @param threads that read and pack, each with about 2 MiB of memory
     * @param level of zstd
     */
    public StopCopy(int threads, int level) {
        this.threads = threads;
        this.level = level;
    }

    @Override
    public String name() {
        return "stop";
    }

    @Override
    public Copy begin(List<PageRun> runs, ImageWriter image) {
        CopyFigures figures = copy(runs, image);
        return new Copy() {
            @Override
            public CopyFigures finish() {
                return figures;
            }

            @Override
            public void close() {}
        };
    }

    private CopyFigures copy(List<PageRun> runs, ImageWriter image) {
        long begin = System.nanoTime();
        long storedBefore = image.storedBytes();
        List<PageRun> pieces = pieces(runs);
        LongAdder zeroBytes = new LongAdder();
        Shares.run(threads, pieces.size(), "ckpt-copy", () -> {
            PageCopier copier = new PageCopier(image, level);
            return Shares.worker(index -> zeroBytes.add(copier.copy(pieces.get(index))), copier::close);
        });
        return new CopyFigures(
                pieces.stream().mapToLong(PageRun::length).sum(),
                zeroBytes.sum(),
                image.storedBytes() - storedBefore,
                System.nanoTime() - begin);
    }

    /** Runs cut at multiples of an extent's size. */
    private static List<PageRun> pieces(List<PageRun> runs) {
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
}
