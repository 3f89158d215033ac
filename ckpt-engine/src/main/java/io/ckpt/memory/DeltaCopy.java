package io.ckpt.memory;

import io.ckpt.fault.Fault;
import io.ckpt.freeze.FrozenJob;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.JobRoot;
import io.ckpt.freeze.PageRange;
import io.ckpt.image.ImageReader;
import io.ckpt.image.ImageWriter;
import io.ckpt.image.Shares;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Copies what was written since the checkpoint before, most of it while the job still runs: again and again, as long as
 * that leaves less to be copied while it stands still. For one checkpoint.
 */
public final class DeltaCopy implements MemoryStrategy {
    /** As an image names it. */
    public static final String NAME = "delta";

    /** So little is read in no time. */
    private static final long FEW_BYTES = 1 << 20;

    /** More than this is not read while the job stands still. */
    private static final long MANY_BYTES = 128 << 20;

    private static final int MOST_ROUNDS = 5;
    private static final long PROBE_MILLIS = 30;

    /** What one thread packs and writes, at least. */
    private static final long BYTES_PER_SECOND = 500 << 20;

    private final TrackedJob job;
    private final Optional<ImageReader> before;
    private final Options options;
    private final StopCopy rest;
    private final AtomicLong ahead = new AtomicLong();
    private Optional<MemoryStrategy> instead = Optional.empty();
    private Optional<Division> division = Optional.empty();
    private long begin;
    private long storedBefore;

    /**
     * How to go about it.
     *
     * @param threads that read and pack
     * @param reason why pages that did not change are not copied
     * @param otherwise what to do about a job that writes faster than it can be copied; empty to let it stand still
     */
    public record Options(int threads, String reason, Optional<MemoryStrategy> otherwise) {}

    /** What is to be read while the job stands still, and what is as a draft or the image before has it. */
    private record Division(List<PageRun> changed, List<PageRun> unchanged) {}

    /**
     * @param job whose pages, where they do not count as written, are as in {@code before}
     * @param before the checkpoint before; open until the job is copied. Empty when every page counts as written
     */
    public DeltaCopy(TrackedJob job, Optional<ImageReader> before, Options options, StopCopy rest) {
        this.job = job;
        this.before = before;
        this.options = options;
        this.rest = rest;
    }

    /** False when the next checkpoint cannot take anything from this one. */
    public boolean isFollowed() {
        return instead.isEmpty();
    }

    @Override
    public void prepare() {
        rest.prepare();
        options.otherwise().ifPresent(MemoryStrategy::prepare);
    }

    @Override
    public void copyAhead(JobRoot root, ImageWriter image) {
        begin = System.nanoTime();
        storedBefore = image.storedBytes();
        before.ifPresent(image::follow);
        job.attach(root);
        long written = job.written();
        boolean converges = true;
        for (int round = 0; converges && round < MOST_ROUNDS && written > FEW_BYTES; round++) {
            List<TrackedJob.Taken> taken = job.takeWritten();
            if (written > MANY_BYTES && outruns(written)) {
                break;
            }
            job.awaitCalls(root);
            draft(taken, image);
            long left = job.written();
            converges = left <= written / 2;
            written = left;
        }
        if (written > MANY_BYTES && instead.isEmpty()) {
            giveUp(mebibytes(written) + " were still being written when most was copied");
        }
        instead.ifPresent(other -> other.copyAhead(root, image));
    }

    /** Sees for a moment how fast the job writes; gives up when copying so much would leave half of it to be copied again. */
    private boolean outruns(long bytes) {
        try {
            Thread.sleep(PROBE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        long rewritten = job.written();
        long perSecond = rewritten * 1000 / PROBE_MILLIS;
        double seconds = (double) bytes / BYTES_PER_SECOND / options.threads();
        return perSecond * seconds > bytes / 2.0 && giveUp("the job writes " + mebibytes(perSecond) + " a second");
    }

    private boolean giveUp(String why) {
        instead = options.otherwise().map(other -> new Reasoned(other, "not delta: " + why));
        instead.ifPresent(other -> job.close());
        return instead.isPresent();
    }

    private void draft(List<TrackedJob.Taken> taken, ImageWriter image) {
        List<TrackedJob.Taken> pieces = taken.stream()
                .flatMap(each -> StopCopy.pieces(List.of(each.run())).stream()
                        .map(piece -> new TrackedJob.Taken(each.process(), piece)))
                .toList();
        Shares.run(image.allowance(), options.threads(), pieces.size(), "ckpt-ahead", () -> {
            PageCopier copier = new PageCopier(image, image.compression().level(), image::draft, bytes -> {});
            return Shares.worker(index -> draft(pieces.get(index), copier, image), copier::close);
        });
    }

    private void draft(TrackedJob.Taken piece, PageCopier copier, ImageWriter image) {
        PageRun run = piece.run();
        image.renew(run.objectId(), run.start(), run.length());
        try {
            ahead.addAndGet(run.length() - copier.copy(run));
        } catch (Fault gone) {
            piece.process().doubt(run);
        }
    }

    @Override
    public void close() {
        options.otherwise().ifPresent(MemoryStrategy::close);
    }

    @Override
    public long toStore(List<PageRun> runs) {
        return instead.isPresent()
                ? instead.get().toStore(runs)
                : PageRun.bytes(division(runs).changed());
    }

    @Override
    public Copy begin(List<PageRun> runs, ImageWriter image) {
        return instead.isPresent() ? instead.get().begin(runs, image) : beginDelta(division(runs), image);
    }

    private Copy beginDelta(Division pages, ImageWriter image) {
        return new Rest(rest.begin(pages.changed(), image), pages.unchanged(), image);
    }

    /** The kernel can be asked once: what it has told does not count as written any more. */
    private Division division(List<PageRun> runs) {
        if (division.isEmpty()) {
            division = Optional.of(divide(runs));
        }
        return division.get();
    }

    private Division divide(List<PageRun> runs) {
        Map<FrozenProcess, PageSet> unwritten = takeUnwritten(runs);
        List<PageRun> changed = new ArrayList<>();
        List<PageRun> unchanged = new ArrayList<>();
        for (PageRun run : runs) {
            PageRange all = new PageRange(run.start(), run.length());
            PageSet same =
                    run.source() instanceof MappedPages mapping ? unwritten.get(mapping.process()) : new PageSet();
            same.within(all).forEach(part -> unchanged.add(part(run, part)));
            same.outside(all).forEach(part -> changed.add(part(run, part)));
        }
        return new Division(changed, unchanged);
    }

    private static PageRun part(PageRun run, PageRange part) {
        return new PageRun(run.objectId(), run.source(), part.start(), part.length());
    }

    private Map<FrozenProcess, PageSet> takeUnwritten(List<PageRun> runs) {
        Map<FrozenProcess, NavigableSet<Long>> elsewhere = new LinkedHashMap<>();
        for (PageRun run : runs) {
            if (run.source() instanceof MappedPages mapping) {
                elsewhere.computeIfAbsent(mapping.process(), any -> new TreeSet<>());
            } else if (run.source() instanceof SharedPages shared) {
                elsewhere
                        .computeIfAbsent(shared.process(), any -> new TreeSet<>())
                        .add(run.start());
            }
        }
        job.forgetAllBut(elsewhere.keySet().stream().map(FrozenProcess::pid).collect(Collectors.toSet()));
        Map<FrozenProcess, PageSet> unwritten = new LinkedHashMap<>();
        elsewhere.forEach((process, pages) -> unwritten.put(process, job.takeUnwritten(process, pages)));
        return unwritten;
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%d MiB", bytes >> 20);
    }

    /** What had to be read while the job stood still, and what is left as it was. */
    private final class Rest implements Copy {
        private final Copy copy;
        private final List<PageRun> unchanged;
        private final ImageWriter image;

        Rest(Copy copy, List<PageRun> unchanged, ImageWriter image) {
            this.copy = copy;
            this.unchanged = unchanged;
            this.image = image;
        }

        @Override
        public void thaw(FrozenJob frozen) {
            copy.thaw(frozen);
        }

        @Override
        public CopyFigures finish() {
            unchanged.forEach(run -> image.keep(run.objectId(), run.start(), run.length()));
            CopyFigures read = copy.finish();
            long written = ahead.get() + read.readBytes();
            long total = PageRun.bytes(unchanged) + read.readBytes();
            String since = before.map(
                            image -> " changed since " + image.manifest().getCheckpointId())
                    .orElse(" copied, the first time");
            return new CopyFigures(
                    NAME,
                    options.reason() + "; " + mebibytes(written) + " of " + mebibytes(total) + since,
                    total,
                    read.zeroBytes(),
                    image.storedBytes() - storedBefore,
                    System.nanoTime() - begin);
        }

        @Override
        public void close() {
            copy.close();
        }
    }
}
