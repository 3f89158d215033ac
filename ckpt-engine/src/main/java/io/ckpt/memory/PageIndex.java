package io.ckpt.memory;

import io.ckpt.image.ExtentPages;
import io.ckpt.image.v1.Extent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalInt;
import java.util.TreeMap;

/** In which extent of an image each page lies. */
final class PageIndex {
    private record Run(long end, int extent) {}

    private final Map<String, NavigableMap<Long, Run>> runs = new HashMap<>();

    PageIndex(List<Extent> extents) {
        for (int i = 0; i < extents.size(); i++) {
            NavigableMap<Long, Run> ofObject =
                    runs.computeIfAbsent(extents.get(i).getObjectId(), any -> new TreeMap<>());
            for (ExtentPages.Run run : ExtentPages.runs(extents.get(i))) {
                long start = extents.get(i).getStart() + run.at();
                ofObject.put(start, new Run(start + run.length(), i));
            }
        }
    }

    /** Number of the extent that has a page; none: the page is zero. */
    OptionalInt extent(String object, long address) {
        Map.Entry<Long, Run> run = of(object).floorEntry(address);
        return run == null || run.getValue().end() <= address
                ? OptionalInt.empty()
                : OptionalInt.of(run.getValue().extent());
    }

    /** The first page from an address on that is not zero; Long.MAX_VALUE: there is none. */
    long next(String object, long address) {
        Long next = of(object).ceilingKey(address);
        return next == null ? Long.MAX_VALUE : next;
    }

    private NavigableMap<Long, Run> of(String object) {
        return runs.getOrDefault(object, new TreeMap<>());
    }
}
