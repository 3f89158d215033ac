package io.ckpt.memory;

import io.ckpt.freeze.Freezer;
import io.ckpt.freeze.FrozenJob;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.JobRoot;
import io.ckpt.freeze.LivePages;
import io.ckpt.freeze.RunningProcess;
import io.ckpt.procfs.Vma;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Protects large memory of a job that still runs, so that little is left to be protected while it stands still. Until then
 * whoever wants to write may, and gets a whole window back for it: of what was protected here nothing is copied yet.
 */
final class ProtectedAhead {
    private static final Duration FREEZE_LIMIT = Duration.ofSeconds(10);

    /** Processes with less are not worth a stop of its own. */
    private static final long WORTHWHILE_BYTES = 24 << 20;

    private static final long LARGE_BYTES = 16 << 20;

    /** So much of a mapping that others who change mappings of the process wait for no more than a moment. */
    private static final long PROTECTED_AT_ONCE = 16 << 20;

    private record Part(LivePages.Space space, long start, long end) {}

    private final LivePages pages;
    private final List<Part> parts = new ArrayList<>();

    private ProtectedAhead(LivePages pages) {
        this.pages = pages;
    }

    static boolean isWorthwhile(JobRoot root) {
        return root.pids().stream().anyMatch(pid -> new RunningProcess(pid).anonymousBytes() >= WORTHWHILE_BYTES);
    }

    /** The job is held for a moment, in which its mappings are registered: each as a whole. */
    static void protect(JobRoot root, LivePages pages) {
        ProtectedAhead ahead = new ProtectedAhead(pages);
        try (FrozenJob job = root.freeze(Freezer.forMoment(), FREEZE_LIMIT)) {
            job.processes().stream().filter(process -> !process.isZombie()).forEach(ahead::register);
            pages.admit();
        }
        ahead.parts.forEach(part -> part.space().protectAhead(part.start(), part.end()));
    }

    private void register(FrozenProcess process) {
        List<Vma> large = process.mappings().stream()
                .filter(vma -> vma.isAnonymous() && vma.length() >= LARGE_BYTES)
                .toList();
        if (!large.isEmpty()) {
            LivePages.Space space = pages.watch(process);
            large.stream().filter(vma -> space.register(vma.start(), vma.end())).forEach(vma -> cut(space, vma));
        }
    }

    private void cut(LivePages.Space space, Vma vma) {
        for (long at = vma.start(); at < vma.end(); at += PROTECTED_AT_ONCE) {
            parts.add(new Part(space, at, Math.min(at + PROTECTED_AT_ONCE, vma.end())));
        }
    }
}
