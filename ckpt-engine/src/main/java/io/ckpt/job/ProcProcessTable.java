package io.ckpt.job;

import io.ckpt.freeze.JobRoot;
import io.ckpt.procfs.ProcStat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The processes under /proc. */
public final class ProcProcessTable implements ProcessTable {
    private static final int PATIENCE_SECONDS = 2;

    @Override
    public Optional<ProcessName> find(int pid) {
        return read(pid).filter(stat -> !stat.isZombie()).map(stat -> new ProcessName(pid, stat.startTime()));
    }

    @Override
    public int firstChild(ProcessName init) {
        try {
            String children = Files.readString(Path.of("/proc/" + init.pid() + "/task/" + init.pid() + "/children"));
            return Stream.of(children.strip().split(" "))
                    .filter(word -> !word.isEmpty())
                    .findFirst()
                    .map(Integer::valueOf)
                    .orElse(0);
        } catch (IOException gone) {
            return 0;
        }
    }

    @Override
    public long memory(ProcessName init) {
        return lives(init) ? ResidentMemory.bytes(new JobRoot.Below(init.pid(), true).pids()) : 0;
    }

    @Override
    public void end(ProcessName process) {
        Optional<ProcessHandle> handle = ProcessHandle.of(process.pid()).filter(each -> lives(process));
        if (handle.isPresent() && !goesByItself(handle.get())) {
            killTree(handle.get());
        }
    }

    private static boolean goesByItself(ProcessHandle process) {
        try {
            process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException | ExecutionException stays) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void killTree(ProcessHandle root) {
        Stream<ProcessHandle> below = root.descendants();
        root.destroyForcibly();
        below.forEach(ProcessHandle::destroyForcibly);
    }

    private static Optional<ProcStat> read(int pid) {
        try {
            return Optional.of(ProcStat.parse(Files.readString(Path.of("/proc/" + pid + "/stat"))));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
