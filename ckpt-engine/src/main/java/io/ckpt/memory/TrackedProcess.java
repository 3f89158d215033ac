package io.ckpt.memory;

import io.ckpt.freeze.PageRange;
import io.ckpt.freeze.RunningProcess;
import io.ckpt.freeze.TaskMemory;
import io.ckpt.freeze.WriteTracker;
import io.ckpt.procfs.Vma;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One process whose writing is noted from one checkpoint to the next. What holds between two checkpoints: every page that
 * does not count as written is in the last of them as it is now, as a page of this process.
 *
 * <p>Mappings whose writing is noted are said to be followed.
 */
final class TrackedProcess implements AutoCloseable {
    /** What takes less time to read than to follow. */
    private static final int SMALL_BYTES = 64 << 10;

    private final int task;
    private final String objectId;
    private final WriteTracker tracker;
    private final TaskMemory memory;
    private List<PageRange> followed = List.of();
    /** Pages that the last image has as those of several processes. */
    private NavigableSet<Long> elsewhere = new TreeSet<>();
    /** Pages that do not count as written, but could not be read in time. */
    private final List<PageRange> doubtful = new ArrayList<>();

    /** @param task that has the memory */
    TrackedProcess(int task, String objectId, WriteTracker tracker) {
        this.task = task;
        this.objectId = objectId;
        this.tracker = tracker;
        this.memory = new TaskMemory(task);
    }

    int task() {
        return task;
    }

    /** Only anonymous memory: pages of files that were given back can look as if they were there. */
    private boolean isWorthwhile(Vma vma) {
        return vma.isAnonymous()
                && vma.length() >= SMALL_BYTES
                && elsewhere.subSet(vma.start(), vma.end()).isEmpty();
    }

    private static PageRange range(Vma vma) {
        return new PageRange(vma.start(), vma.length());
    }

    /** Bytes of mappings of the running process that are not followed and could be. */
    long unfollowed() {
        PageSet known = PageSet.of(followed);
        return new RunningProcess(task)
                .mappings().stream()
                        .filter(this::isWorthwhile)
                        .flatMap(each -> known.outside(range(each)).stream())
                        .mapToLong(PageRange::length)
                        .sum();
    }

    /** Bytes that count as written. */
    long written() {
        return look(WriteTracker.Look::written).stream()
                .mapToLong(PageRange::length)
                .sum();
    }

    /** Pages that were written, which they do not count as from now on: the caller copies them, or calls {@link #doubt}. */
    List<PageRun> takeWritten() {
        List<PageRange> taken = new ArrayList<>(doubtful);
        doubtful.clear();
        taken.addAll(look(WriteTracker.Look::takeWritten));
        return taken.stream()
                .map(range -> new PageRun(objectId, memory::read, range.start(), range.length()))
                .toList();
    }

    synchronized void doubt(PageRun run) {
        doubtful.add(new PageRange(run.start(), run.length()));
    }

    /** Where the process, which is frozen, has pages that do not count as written; from now on none of them does. */
    PageSet takeUnwritten() {
        PageSet unwritten = PageSet.of(look(WriteTracker.Look::takeUnwritten));
        doubtful.forEach(unwritten::remove);
        doubtful.clear();
        return unwritten;
    }

    private interface Question {
        List<PageRange> ask(WriteTracker.Look look, long start, long end);
    }

    private List<PageRange> look(Question question) {
        Optional<WriteTracker.Look> memory = tracker.look();
        if (memory.isEmpty()) {
            return List.of();
        }
        try (WriteTracker.Look look = memory.get()) {
            return followed.stream()
                    .flatMap(each -> question.ask(look, each.start(), each.end()).stream())
                    .toList();
        }
    }

    NavigableSet<Long> elsewhere() {
        return elsewhere;
    }

    /**
     * Follows mappings of the frozen process, those that it has now and no other; false when none of them can be.
     *
     * @param otherPages mappings around them are not followed: an image has them as memory of several processes
     */
    boolean follow(List<Vma> mappings, NavigableSet<Long> otherPages) {
        elsewhere = otherPages;
        PageSet former = PageSet.of(followed);
        mappings.stream()
                .filter(vma -> !isWorthwhile(vma) && !former.within(range(vma)).isEmpty())
                .forEach(vma -> tracker.remove(vma.start(), vma.end()));
        List<PageRange> wanted = mappings.stream()
                .filter(this::isWorthwhile)
                .map(TrackedProcess::range)
                .toList();
        followed = wanted.stream()
                .filter(each -> tracker.add(each.start(), each.end()))
                .toList();
        return wanted.isEmpty() || !followed.isEmpty();
    }

    @Override
    public void close() {
        tracker.close();
    }
}
