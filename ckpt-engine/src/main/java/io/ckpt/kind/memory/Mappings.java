package io.ckpt.kind.memory;

import io.ckpt.freeze.PageRange;
import io.ckpt.image.v1.Mapping;
import io.ckpt.kernel.HugePages;
import io.ckpt.kernel.Madvise;
import io.ckpt.kernel.MmapFlags;
import io.ckpt.kernel.Prot;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.MappedArea;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import io.ckpt.procfs.Vma;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What all kinds of mappings have in common: the range, what madvise(2) said of it, and its final protection. */
final class Mappings {
    /** VmFlags that madvise(2) sets, and the advice that sets them; see Documentation/filesystems/proc.rst. */
    private static final Map<String, Advice> ADVICE = Map.of(
            "sr", new Advice(Madvise.SEQUENTIAL, "MADV_SEQUENTIAL"),
            "rr", new Advice(Madvise.RANDOM, "MADV_RANDOM"),
            "dc", new Advice(Madvise.DONTFORK, "MADV_DONTFORK"),
            "wf", new Advice(Madvise.WIPEONFORK, "MADV_WIPEONFORK"),
            "dd", new Advice(Madvise.DONTDUMP, "MADV_DONTDUMP"),
            "hg", new Advice(Madvise.HUGEPAGE, "MADV_HUGEPAGE"),
            "nh", new Advice(Madvise.NOHUGEPAGE, "MADV_NOHUGEPAGE"),
            "mg", new Advice(Madvise.MERGEABLE, "MADV_MERGEABLE"));

    private static final List<String> AFTER_FORK = List.of("dc", "wf");
    private static final String LOCKED = "lo";
    private static final String LOCK_ON_FAULT = "lf";
    private static final String NO_RESERVE = "nr";
    private static final String GROWS_DOWN = "gd";
    private static final String DROPPABLE = "dp";
    private static final String SEALED = "sl";

    private record Advice(int value, String name) {}

    private Mappings() {}

    static Mapping.Builder describe(MappedArea area) {
        Vma vma = area.vma();
        Mapping.Builder mapping = Mapping.newBuilder();
        for (PageRange guard : area.process().guardPages(vma.start(), vma.end())) {
            mapping.addGuardsBuilder().setStart(guard.start()).setLength(guard.length());
        }
        return mapping.setPid(area.process().innerPid())
                .setStart(vma.start())
                .setEnd(vma.end())
                .setProtection(vma.protection())
                .setShared(vma.shared())
                .addAllFlags(new TreeSet<>(area.flags()))
                .setLockOnFault(isLockedOnFault(area))
                .setOffset(vma.offset());
    }

    /** Before Linux 6.2 nothing tells but that pages are missing. */
    private static boolean isLockedOnFault(MappedArea area) {
        return area.has(LOCK_ON_FAULT)
                || area.has(LOCKED) && area.about().resident() < area.vma().length();
    }

    static String name(Vma vma) {
        return "mapping 0x" + Long.toHexString(vma.start()) + " [" + vma.path() + "]";
    }

    static Steps steps(PlanContext plan, Mapping mapping) {
        return plan.map(mapping.getPid(), origin(mapping));
    }

    /**
     * mmap(2) at the old place. Private memory is writable until its pages have come; {@link #finish} gives it its own
     * protection.
     */
    static void map(Steps steps, Mapping mapping, int sharing, Operand descriptor) {
        List<String> flags = mapping.getFlagsList();
        int how = (flags.contains(DROPPABLE) ? MmapFlags.DROPPABLE | MmapFlags.ANONYMOUS : sharing)
                | MmapFlags.FIXED_NOREPLACE
                | (flags.contains(NO_RESERVE) ? MmapFlags.NORESERVE : 0)
                | (flags.contains(GROWS_DOWN) ? MmapFlags.GROWSDOWN : 0);
        boolean huge = mapping.getHugePageSize() != 0 && (sharing & MmapFlags.ANONYMOUS) != 0;
        long all = huge ? HugePages.flags(how | MmapFlags.HUGETLB, mapping.getHugePageSize()) : how;
        String text = huge
                ? HugePages.text(MmapFlags.text(how | MmapFlags.HUGETLB), mapping.getHugePageSize())
                : MmapFlags.text(how);
        int protection = mapping.getShared() ? mapping.getProtection() : Prot.READ | Prot.WRITE;
        steps.expect(
                Word.Expect.exactly(mapping.getStart()),
                SystemCall.MMAP,
                Operand.hex(mapping.getStart()),
                Operand.of(length(mapping)),
                Operand.named(protection, Prot.text(protection)),
                Operand.named(all, text),
                descriptor,
                Operand.hex(mapping.getOffset()));
        advise(steps, mapping);
    }

    /**
     * The process has the mapping when it is forked; the first of those that share it says how it is mapped before.
     * Advice about a fork(2) waits until then.
     */
    static void inherit(PlanContext plan, Mapping mapping, int sharing) {
        if (mapping.getFirstHeir()) {
            List<String> flags = mapping.getFlagsList().stream()
                    .filter(flag -> !AFTER_FORK.contains(flag))
                    .toList();
            Mapping common = mapping.toBuilder().clearFlags().addAllFlags(flags).build();
            map(plan.create(origin(mapping)), common, sharing, Operand.of(-1));
        }
        advise(steps(plan, mapping), mapping);
    }

    static void finish(PlanContext plan, Mapping mapping) {
        Steps steps = plan.arm(mapping.getPid(), origin(mapping));
        if (mapping.getFlagsList().contains(LOCKED)) {
            lock(steps, mapping);
        }
        for (Mapping.Range guard : mapping.getGuardsList()) {
            steps.call(
                    SystemCall.MADVISE,
                    Operand.hex(guard.getStart()),
                    Operand.of(guard.getLength()),
                    Operand.named(Madvise.GUARD_INSTALL, "MADV_GUARD_INSTALL"));
        }
        if (!mapping.getShared() && mapping.getProtection() != (Prot.READ | Prot.WRITE)) {
            steps.call(
                    SystemCall.MPROTECT,
                    Operand.hex(mapping.getStart()),
                    Operand.of(length(mapping)),
                    Operand.named(mapping.getProtection(), Prot.text(mapping.getProtection())));
        }
        if (mapping.getFlagsList().contains(SEALED)) {
            steps.call(SystemCall.MSEAL, Operand.hex(mapping.getStart()), Operand.of(length(mapping)), Operand.of(0));
        }
    }

    private static void lock(Steps steps, Mapping mapping) {
        Operand start = Operand.hex(mapping.getStart());
        Operand length = Operand.of(length(mapping));
        if (mapping.getLockOnFault()) {
            steps.call(SystemCall.MLOCK2, start, length, Operand.named(1, "MLOCK_ONFAULT"));
        } else {
            steps.call(SystemCall.MLOCK, start, length);
        }
    }

    private static void advise(Steps steps, Mapping mapping) {
        for (String flag : mapping.getFlagsList()) {
            Advice advice = ADVICE.get(flag);
            if (advice != null) {
                steps.call(
                        SystemCall.MADVISE,
                        Operand.hex(mapping.getStart()),
                        Operand.of(length(mapping)),
                        Operand.named(advice.value(), advice.name()));
            }
        }
    }

    private static long length(Mapping mapping) {
        return mapping.getEnd() - mapping.getStart();
    }

    private static String origin(Mapping mapping) {
        return "pid " + mapping.getPid() + ", mapping 0x" + Long.toHexString(mapping.getStart());
    }
}
