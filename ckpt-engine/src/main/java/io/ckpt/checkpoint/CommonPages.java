package io.ckpt.checkpoint;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.PageRange;
import io.ckpt.kind.CommonArea;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which pages of one private mapping, that several processes have at the same place, are still the same pages. */
final class CommonPages {
    static final long PAGE = 4096;

    private static final int AT_ONCE = 1 << 15;
    /** Fewer are not worth the calls that share them again. */
    private static final int WORTHWHILE = 64;

    private final long start;
    private final long end;
    private final Map<FrozenProcess, BitSet> shared = new LinkedHashMap<>();
    private final Map<FrozenProcess, BitSet> first = new LinkedHashMap<>();

    CommonPages(long start, long end, List<FrozenProcess> processes) {
        this.start = start;
        this.end = end;
        processes.forEach(process -> {
            shared.put(process, new BitSet());
            first.put(process, new BitSet());
        });
        for (long at = start; at < end; at += AT_ONCE * PAGE) {
            compare(at, (int) Math.min(AT_ONCE, (end - at) / PAGE));
        }
        shared.values().removeIf(BitSet::isEmpty);
    }

    boolean areWorthwhile() {
        int saved = shared.values().stream().mapToInt(BitSet::cardinality).sum()
                - first.values().stream().mapToInt(BitSet::cardinality).sum();
        return saved >= WORTHWHILE;
    }

    boolean has(FrozenProcess process) {
        return shared.containsKey(process);
    }

    boolean isFirst(FrozenProcess process) {
        return has(process) && shared.keySet().iterator().next() == process;
    }

    /** What {@code process} brings into the image for all that share it. */
    List<PageRange> broughtBy(FrozenProcess process) {
        return first.containsKey(process) ? ranges(first.get(process)) : List.of();
    }

    /** Those of {@code ranges}, which lie in this mapping, that {@code process} does not share. */
    List<PageRange> own(FrozenProcess process, List<PageRange> ranges) {
        if (!has(process)) {
            return ranges;
        }
        BitSet own = new BitSet();
        ranges.forEach(range -> own.set(page(range.start()), page(range.start() + range.length())));
        own.andNot(shared.get(process));
        return ranges(own);
    }

    CommonArea area(List<FrozenProcess> everybody) {
        BitSet all = new BitSet();
        shared.values().forEach(all::or);
        Map<FrozenProcess, List<PageRange>> missing = new LinkedHashMap<>();
        shared.forEach((process, pages) -> {
            BitSet dropped = (BitSet) all.clone();
            dropped.andNot(pages);
            missing.put(process, ranges(dropped));
        });
        return new CommonArea(
                start,
                end,
                missing,
                everybody.stream().filter(process -> !has(process)).toList());
    }

    private void compare(long from, int pages) {
        Map<FrozenProcess, long[]> frames = new LinkedHashMap<>();
        shared.keySet().forEach(process -> {
            long[] found = framesOf(process, from, pages);
            if (found.length > 0) {
                frames.put(process, found);
            }
        });
        if (frames.size() > 1) {
            for (int i = 0; i < pages; i++) {
                compare(page(from) + i, i, frames);
            }
        }
    }

    /** The first process with a page that somebody else maps too decides which one is the common one. */
    private void compare(int page, int index, Map<FrozenProcess, long[]> frames) {
        FrozenProcess found = null;
        long frame = 0;
        for (Map.Entry<FrozenProcess, long[]> each : frames.entrySet()) {
            long own = each.getValue()[index];
            if (own != 0 && frame == 0) {
                found = each.getKey();
                frame = own;
            } else if (own != 0 && own == frame) {
                first.get(found).set(page);
                shared.get(found).set(page);
                shared.get(each.getKey()).set(page);
            }
        }
    }

    /** Frames of what is really the process's memory: the page of zeros is everybody's. */
    private static long[] framesOf(FrozenProcess process, long from, int pages) {
        List<PageRange> there = process.anonymousPages(from, from + pages * PAGE);
        if (there.isEmpty()) {
            return new long[0];
        }
        long[] frames = new long[pages];
        long[] all = process.sharedFrames(from, pages);
        for (PageRange range : there) {
            int at = (int) ((range.start() - from) / PAGE);
            System.arraycopy(all, at, frames, at, (int) (range.length() / PAGE));
        }
        return frames;
    }

    private int page(long address) {
        return (int) ((address - start) / PAGE);
    }

    private List<PageRange> ranges(BitSet pages) {
        List<PageRange> ranges = new ArrayList<>();
        for (int at = pages.nextSetBit(0); at >= 0; ) {
            int after = pages.nextClearBit(at);
            ranges.add(new PageRange(start + at * PAGE, (after - at) * PAGE));
            at = pages.nextSetBit(after);
        }
        return List.copyOf(ranges);
    }
}
