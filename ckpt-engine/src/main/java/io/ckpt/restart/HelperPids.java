package io.ckpt.restart;

import io.ckpt.image.v1.Manifest;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.PidNumbers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Pids for tasks that help to rebuild the job and are none of it, in whatever pid namespace of the job. */
final class HelperPids {
    private final PidNumbers pids;
    private final Iterator<Integer> ofJob;
    private final Map<ObjectId, Iterator<Integer>> ofNamespaces = new HashMap<>();

    HelperPids(Manifest manifest, PidNumbers pids) {
        this.pids = pids;
        this.ofJob = Pids.ofHelpers(manifest);
    }

    /** In the job's own; 0 where the kernel may choose. */
    Iterator<Integer> ofJob() {
        return ofJob;
    }

    /** From the inside out; empty for that of the job. */
    List<Integer> within(Optional<ObjectId> namespace) {
        List<Integer> numbers = new ArrayList<>();
        pids.outwards(namespace).forEach(each -> numbers.add(of(each).next()));
        int outside = ofJob.next();
        if (outside != 0) {
            numbers.add(outside);
        }
        return numbers;
    }

    private Iterator<Integer> of(ObjectId namespace) {
        return ofNamespaces.computeIfAbsent(namespace, each -> {
            var used = pids.usedIn(each);
            return IntStream.iterate(2, pid -> pid + 1)
                    .filter(pid -> !used.contains(pid))
                    .iterator();
        });
    }
}
