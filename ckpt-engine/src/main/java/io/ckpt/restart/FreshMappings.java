package io.ckpt.restart;

import io.ckpt.image.v1.Mapping;
import io.ckpt.kind.memory.AnonymousKind;
import java.util.List;
import java.util.Set;

/** Mappings whose pages are put in rather than written: private, large, and untouched until then. */
final class FreshMappings {
    private static final long LARGE_BYTES = 1 << 20;
    private static final String HUGE_PAGES = "hg";

    /** What must be there at once, or means that a child finds another memory than its parent. */
    private static final Set<String> NOT_LATER = Set.of("lo", "wf", "dc");

    private final List<Mapping> all;
    private final boolean noted;

    /** @param noted whether the kernel is to note what the job writes as soon as the pages are there */
    FreshMappings(Objects objects, boolean noted) {
        this.noted = noted;
        this.all = objects.of(new AnonymousKind()).values().stream()
                .filter(FreshMappings::isFresh)
                .toList();
    }

    private static boolean isFresh(Mapping mapping) {
        return !mapping.getInherited()
                && mapping.getHugePageSize() == 0
                && mapping.getEnd() - mapping.getStart() >= LARGE_BYTES;
    }

    boolean noted() {
        return noted;
    }

    /** Whether a process is to have a userfaultfd, to have its pages put in or its writing noted. */
    boolean needFaults(int pid) {
        return noted || !of(pid).isEmpty();
    }

    /** All of a process. */
    List<Mapping> of(int pid) {
        return all.stream().filter(mapping -> mapping.getPid() == pid).toList();
    }

    /** Those that would get small pages anyway. */
    List<Mapping> small(int pid) {
        return of(pid).stream()
                .filter(mapping -> !mapping.getFlagsList().contains(HUGE_PAGES))
                .toList();
    }

    /** Those whose pages may come while the process runs. */
    List<Mapping> lazy(int pid) {
        return of(pid).stream()
                .filter(mapping -> mapping.getGuardsCount() == 0
                        && mapping.getFlagsList().stream().noneMatch(NOT_LATER::contains))
                .toList();
    }
}
