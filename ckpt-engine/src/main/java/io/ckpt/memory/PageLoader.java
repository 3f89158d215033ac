package io.ckpt.memory;

import io.ckpt.image.ExtentPages;
import io.ckpt.image.ExtentReader;
import io.ckpt.image.ImageReader;
import io.ckpt.image.Shares;
import io.ckpt.image.v1.Extent;
import io.ckpt.progress.Meter;
import io.ckpt.progress.Progress;
import java.util.List;
import java.util.Map;

/** Brings pages of an image back, each checked against its hash before it is put in place. */
public final class PageLoader {
    private final int threads;
    private final Progress progress;

    /** @param threads that read, check and unpack, each with about 2 MiB of memory */
    public PageLoader(int threads, Progress progress) {
        this.threads = threads;
        this.progress = progress;
    }

    /**
     * Loads the pages of some objects.
     *
     * @param targets by object id
     * @return bytes put in place
     */
    public long load(ImageReader image, Map<String, PageTarget> targets) {
        List<Extent> extents = image.extents(part -> wants(targets, part.object(), part.start(), part.end())).stream()
                .filter(extent ->
                        wants(targets, extent.getObjectId(), extent.getStart(), extent.getStart() + extent.getLength()))
                .toList();
        long bytes = extents.stream().mapToLong(Extent::getLength).sum();
        Meter meter = new Meter(progress, bytes);
        Shares.run(threads, extents.size(), "ckpt-load", () -> {
            ExtentReader reader = image.extentReader();
            return Shares.worker(
                    index -> {
                        load(extents.get(index), reader, targets);
                        meter.add(extents.get(index).getLength());
                    },
                    reader::close);
        });
        return bytes;
    }

    private static boolean wants(Map<String, PageTarget> targets, String object, long start, long end) {
        return targets.containsKey(object) && targets.get(object).wants(start, end);
    }

    private static void load(Extent extent, ExtentReader reader, Map<String, PageTarget> targets) {
        PageTarget target = targets.get(extent.getObjectId());
        List<ExtentPages.Run> runs = ExtentPages.runs(extent);
        reader.read(extent, (at, bytes) -> ExtentPages.within(runs, at, bytes.remaining())
                .forEach(run -> target.write(extent.getStart() + at + run.at(), bytes.slice(run.at(), run.length()))));
    }
}
