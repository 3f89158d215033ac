package io.ckpt.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A table of processes that the test keeps. */
final class FakeProcesses implements ProcessTable {
    long memory = 1 << 30;
    final List<Integer> ended = new ArrayList<>();
    private final Map<Integer, Long> alive = new HashMap<>();

    void born(int pid, long startTime) {
        alive.put(pid, startTime);
    }

    void died(int pid) {
        alive.remove(pid);
    }

    @Override
    public Optional<ProcessName> find(int pid) {
        return Optional.ofNullable(alive.get(pid)).map(start -> new ProcessName(pid, start));
    }

    @Override
    public int firstChild(ProcessName init) {
        return lives(init) ? init.pid() + 1 : 0;
    }

    @Override
    public long memory(ProcessName init) {
        return memory;
    }

    @Override
    public void end(ProcessName process) {
        if (lives(process)) {
            ended.add(process.pid());
            died(process.pid());
        }
    }
}
