package io.ckpt.checkpoint;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.kind.MappedArea;
import io.ckpt.procfs.Vma;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The private mappings whose pages several processes of a job share since a fork(2). */
final class CommonMemory {
    private record Place(long start, long end) {}

    private final Map<Place, CommonPages> places = new LinkedHashMap<>();

    /** @param processes those that live, parents before children */
    CommonMemory(List<FrozenProcess> processes) {
        if (processes.size() > 1) {
            candidates(processes).forEach((place, holders) -> {
                CommonPages pages = new CommonPages(place.start(), place.end(), holders);
                if (pages.areWorthwhile()) {
                    places.put(place, pages);
                }
            });
        }
    }

    List<CommonPages> places() {
        return List.copyOf(places.values());
    }

    /** The pages that a mapping shares with that of another process. */
    Optional<CommonPages> of(MappedArea area) {
        return Optional.ofNullable(
                        places.get(new Place(area.vma().start(), area.vma().end())))
                .filter(pages -> pages.has(area.process()));
    }

    private static Map<Place, List<FrozenProcess>> candidates(List<FrozenProcess> processes) {
        Map<Place, List<FrozenProcess>> candidates = new LinkedHashMap<>();
        for (FrozenProcess process : processes) {
            process.mappings().stream().filter(Vma::isAnonymous).forEach(vma -> candidates
                    .computeIfAbsent(new Place(vma.start(), vma.end()), place -> new ArrayList<>())
                    .add(process));
        }
        candidates.values().removeIf(holders -> holders.size() < 2);
        return candidates;
    }
}
