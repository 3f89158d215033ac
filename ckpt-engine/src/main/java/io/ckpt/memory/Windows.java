package io.ckpt.memory;

import io.ckpt.freeze.LivePages;
import io.ckpt.image.ImageFormat;
import java.util.ArrayList;
import java.util.List;

/** Cuts the runs of one mapping into windows; those without pages are left out. */
final class Windows {
    private final long first;
    private final long end;
    private final List<LivePages.Window> windows = new ArrayList<>();

    Windows(long first, long end) {
        this.first = first;
        this.end = end;
    }

    /** Runs come in ascending order. */
    void add(PageRun run) {
        long runEnd = run.start() + run.length();
        for (long at = run.start(); at < runEnd; ) {
            LivePages.Window window = windowAt(at);
            long cut = Math.min(runEnd, window.end());
            put(new LivePages.Window(
                    window.start(), window.end(), window.pages() + (cut - at) / ImageFormat.PAGE_BYTES));
            at = cut;
        }
    }

    private LivePages.Window windowAt(long address) {
        if (!windows.isEmpty() && address < last().end()) {
            return last();
        }
        long block = address & -LivePages.WINDOW_BYTES;
        return new LivePages.Window(Math.max(block, first), Math.min(block + LivePages.WINDOW_BYTES, end), 0);
    }

    private void put(LivePages.Window window) {
        if (!windows.isEmpty() && last().start() == window.start()) {
            windows.set(windows.size() - 1, window);
        } else {
            windows.add(window);
        }
    }

    private LivePages.Window last() {
        return windows.get(windows.size() - 1);
    }

    List<LivePages.Window> windows() {
        return windows;
    }
}
