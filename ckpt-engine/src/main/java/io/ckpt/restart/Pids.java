package io.ckpt.restart;

import io.ckpt.image.v1.Manifest;
import java.util.HashSet;
import java.util.Set;

/** The pids and tids of a job. */
public final class Pids {
    private Pids() {}

    public static Set<Integer> of(Manifest manifest) {
        Set<Integer> used = new HashSet<>();
        manifest.getProcessesList().forEach(process -> {
            used.add(process.getPid());
            used.addAll(process.getTidsList());
        });
        return used;
    }

    /** The lowest pid above init's that no task of the job has. */
    static int unused(Manifest manifest) {
        Set<Integer> used = of(manifest);
        int candidate = 2;
        while (used.contains(candidate)) {
            candidate++;
        }
        return candidate;
    }
}
