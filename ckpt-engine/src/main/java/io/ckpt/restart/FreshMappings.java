package io.ckpt.restart;

import io.ckpt.image.v1.Mapping;
import io.ckpt.kind.memory.AnonymousKind;
import java.util.List;

/** Mappings whose pages are put in rather than written: private, large, with small pages, and untouched until then. */
final class FreshMappings {
    private static final long LARGE_BYTES = 1 << 20;
    private static final String HUGE_PAGES = "hg";

    private final List<Mapping> all;

    FreshMappings(Objects objects) {
        this.all = objects.of(new AnonymousKind()).values().stream()
                .filter(FreshMappings::isFresh)
                .toList();
    }

    private static boolean isFresh(Mapping mapping) {
        return !mapping.getInherited()
                && mapping.getEnd() - mapping.getStart() >= LARGE_BYTES
                && !mapping.getFlagsList().contains(HUGE_PAGES);
    }

    List<Mapping> of(int pid) {
        return all.stream().filter(mapping -> mapping.getPid() == pid).toList();
    }
}
