package io.ckpt.restart;

import io.ckpt.freeze.FreshMemory;
import io.ckpt.freeze.Node;
import io.ckpt.image.v1.Mapping;
import io.ckpt.kind.ObjectId;
import io.ckpt.memory.PageTarget;
import io.ckpt.memory.TrackedJob;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;

/** The memories of a job's processes while their pages come. */
final class FreshMemories implements AutoCloseable {
    private final FreshMappings mappings;
    private final boolean smallPages = !Node.givesHugePages();
    private final List<Process> processes = new ArrayList<>();
    private final Map<String, PageTarget> targets = new HashMap<>();

    private record Process(int innerPid, int pid, FreshMemory memory) {}

    /** @param mappings noted ones when {@link #note} will be called */
    FreshMemories(FreshMappings mappings) {
        this.mappings = mappings;
    }

    /**
     * @param innerPid as the job numbers it
     * @param pid as this node does
     * @param faults number of a userfaultfd of the process, or -errno
     */
    void add(int innerPid, int pid, Optional<Long> faults) {
        FreshMemory memory = FreshMemory.of(pid, faults.orElse(-1L), mappings.noted());
        processes.add(new Process(innerPid, pid, memory));
        targets.put(ObjectId.memory(innerPid).toString(), PageTarget.of(memory));
        if (smallPages) {
            mappings.small(innerPid).forEach(mapping -> cover(memory, mapping));
        }
    }

    private static void cover(FreshMemory memory, Mapping mapping) {
        memory.cover(mapping.getStart(), mapping.getEnd());
    }

    /** By object id. */
    Map<String, PageTarget> targets() {
        return targets;
    }

    /**
     * All pages are there: has the kernel note which ones are written from now on, by the rest of the restart too.
     *
     * @param common pages of the image that several processes have
     */
    void note(TrackedJob job, NavigableSet<Long> common) {
        processes.forEach(process -> process.memory()
                .tracker()
                .ifPresent(tracker -> job.attach(process.pid(), process.innerPid(), tracker, common)));
    }

    @Override
    public void close() {
        processes.forEach(process -> process.memory().close());
    }
}
