package io.ckpt.memory;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.LivePages;
import io.ckpt.image.Shares;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which memory of a frozen job will be copied later, and which must be read at once. */
final class WatchedMemory {
    /** What takes less time to read than to watch. */
    private static final int SMALL_BYTES = 64 << 10;

    private static final int PROTECTED_AT_ONCE = 64 << 20;

    private record Span(LivePages.Space space, long start, long end) {}

    private final LivePages pages;
    private final Map<FrozenProcess, LivePages.Space> spaces = new HashMap<>();
    private final Map<FrozenProcess, String> objectIds = new HashMap<>();
    private final List<PageRun> unwatched = new ArrayList<>();
    private final List<Span> spans = new ArrayList<>();
    private int windows;
    private long windowBytes;
    private long pageBytes;

    WatchedMemory(LivePages pages) {
        this.pages = pages;
    }

    void watch(List<PageRun> runs) {
        Map<MappedPages, List<PageRun>> mappings = new LinkedHashMap<>();
        for (PageRun run : runs) {
            if (run.source() instanceof MappedPages mapping) {
                mappings.computeIfAbsent(mapping, key -> new ArrayList<>()).add(run);
            } else {
                unwatched.add(run);
            }
        }
        mappings.forEach(this::watch);
    }

    private void watch(MappedPages mapping, List<PageRun> runs) {
        long bytes = PageRun.bytes(runs);
        if (bytes < SMALL_BYTES) {
            unwatched.addAll(runs);
            return;
        }
        LivePages.Space space = spaces.computeIfAbsent(mapping.process(), pages::watch);
        if (!space.register(mapping.start(), mapping.end())) {
            unwatched.addAll(runs);
            return;
        }
        objectIds.put(mapping.process(), runs.get(0).objectId());
        Windows cut = new Windows(mapping.start(), mapping.end());
        runs.forEach(cut::add);
        space.add(cut.windows());
        cut.windows().forEach(window -> windowBytes += window.end() - window.start());
        windows += cut.windows().size();
        pageBytes += bytes;
        for (long at = mapping.start(); at < mapping.end(); at += PROTECTED_AT_ONCE) {
            spans.add(new Span(space, at, Math.min(at + PROTECTED_AT_ONCE, mapping.end())));
        }
    }

    void protect(int threads) {
        Shares.runUrgently(
                threads,
                spans.size(),
                "ckpt-protect",
                () -> Shares.worker(
                        index -> {
                            Span span = spans.get(index);
                            span.space().protect(span.start(), span.end());
                        },
                        () -> {}));
    }

    List<PageRun> unwatched() {
        return unwatched;
    }

    String objectId(FrozenProcess process) {
        return objectIds.get(process);
    }

    int windows() {
        return windows;
    }

    long pageBytes() {
        return pageBytes;
    }

    /** Bytes of windows where the job had no page. */
    long gapBytes() {
        return windowBytes - pageBytes;
    }
}
