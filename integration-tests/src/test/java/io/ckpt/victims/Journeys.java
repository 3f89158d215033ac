package io.ckpt.victims;

import io.ckpt.daemon.EngineOfThisProcess;
import io.ckpt.job.CheckpointName;
import io.ckpt.job.CheckpointOrder;
import io.ckpt.job.CheckpointResult;
import io.ckpt.job.Deadline;
import io.ckpt.job.Engine;
import io.ckpt.job.Limits;
import io.ckpt.job.RestartOrder;
import io.ckpt.job.RestartResult;
import io.ckpt.job.RunningJob;
import io.ckpt.job.StoreQuery;
import io.ckpt.job.StoredCheckpoint;
import io.ckpt.job.Strategy;
import io.ckpt.job.Target;
import io.ckpt.kind.RestartOptions;
import io.ckpt.progress.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The engine in this process, and all that it keeps for one run. Closing it removes that. */
final class Journeys implements AutoCloseable {
    private final Path directory = Run.freshDirectory("ckpt-", "rwx------");
    private final Path store = Run.directory(directory.resolve("images"), "rwx------");
    private final Engine engine = EngineOfThisProcess.open(directory);
    private boolean embedFiles;

    Path directory() {
        return directory;
    }

    Path store() {
        return store;
    }

    /** Settings by which another engine keeps its things where this one does. */
    Path config(String... more) {
        try {
            return Files.writeString(
                    directory.resolve("ckptd.conf"),
                    EngineOfThisProcess.settings(directory)
                            + "\nSocket=" + directory.resolve("ckptd.sock")
                            + "\nNotifySocket=" + directory.resolve("notify.sock") + "\n"
                            + String.join("\n", more));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Programs and libraries go with the job from now on. */
    Journeys embeddingFiles() {
        embedFiles = true;
        return this;
    }

    /** All that the doctor says of a job. */
    String examine(int pid) {
        return engine.examine(new Target.Process(pid), OptionalInt.empty()).findings().stream()
                .map(finding -> finding.check() + ": " + finding.value() + " (" + finding.remedy() + ")")
                .collect(Collectors.joining("\n"));
    }

    /** Committed checkpoints that are no good, by their names. */
    List<String> damaged() {
        List<String> good = stored().stream().map(StoredCheckpoint::id).toList();
        try (Stream<Path> found =
                Files.find(store, 2, (path, about) -> store.relativize(path).getNameCount() == 2)) {
            return found.filter(Files::isDirectory)
                    .filter(path -> !path.getParent().getFileName().toString().startsWith("."))
                    .map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith(".") && !good.contains(name))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long verify(StoredCheckpoint checkpoint) {
        return engine.verify(CheckpointName.of(checkpoint));
    }

    StoredCheckpoint consolidate(StoredCheckpoint checkpoint) {
        return engine.consolidate(CheckpointName.of(checkpoint));
    }

    void delete(StoredCheckpoint checkpoint) {
        engine.delete(CheckpointName.of(checkpoint));
    }

    List<StoredCheckpoint> stored() {
        return engine.list(new StoreQuery(Optional.of(store), Optional.empty()));
    }

    /** The process tree runs on. */
    CheckpointResult checkpoint(int pid) {
        return checkpoint(pid, Strategy.AUTO);
    }

    /** The process tree runs on. */
    CheckpointResult checkpoint(int pid, Strategy strategy) {
        return checkpoint(pid, false, Optional.empty(), strategy);
    }

    /** The same, given up when it cannot be durable in time. */
    CheckpointResult checkpointWithin(Duration deadline, int pid) {
        return checkpoint(pid, false, Optional.of(new Deadline(deadline, true)), Strategy.AUTO);
    }

    /** The process tree is gone when this returns, be it in time or not. */
    CheckpointResult vacateWithin(Duration deadline, int pid) {
        return checkpoint(pid, true, Optional.of(new Deadline(deadline, false)), Strategy.AUTO);
    }

    /** The process tree is gone when this returns. */
    CheckpointResult vacate(int pid) {
        return checkpoint(pid, true, Optional.empty(), Strategy.AUTO);
    }

    /** The process tree is gone when this returns; {@code watcher} is told how far it is. */
    CheckpointResult vacate(int pid, Progress watcher) {
        return checkpoint(pid, true, Optional.empty(), Strategy.AUTO, watcher);
    }

    private CheckpointResult checkpoint(int pid, boolean vacate, Optional<Deadline> deadline, Strategy strategy) {
        return checkpoint(pid, vacate, deadline, strategy, Progress.none());
    }

    private CheckpointResult checkpoint(
            int pid, boolean vacate, Optional<Deadline> deadline, Strategy strategy, Progress watcher) {
        CheckpointOrder order = new CheckpointOrder(
                new Target.Process(pid),
                OptionalInt.empty(),
                vacate,
                Optional.of(store),
                deadline,
                strategy,
                OptionalInt.empty(),
                Limits.NONE,
                embedFiles);
        return engine.checkpoint(order, watcher);
    }

    /** Restarts the newest checkpoint of the store; the pid of its first process. */
    int restart() {
        RestartResult result = restart(latest(), false);
        return result.job().orElseThrow().rootPid();
    }

    CheckpointName latest() {
        return new CheckpointName(Optional.of(store), new CheckpointName.Latest());
    }

    RestartResult restart(CheckpointName checkpoint, boolean dryRun) {
        return restart(checkpoint, false, dryRun);
    }

    /** The same; the job runs before most of its memory is there. */
    RunningJob restartLazily() {
        return restart(latest(), true, false).job().orElseThrow();
    }

    private RestartResult restart(CheckpointName checkpoint, boolean lazy, boolean dryRun) {
        int self = (int) ProcessHandle.current().pid();
        RestartOptions options = new RestartOptions(RestartOptions.FilePolicy.TRUNCATE);
        return engine.restart(new RestartOrder(checkpoint, options, self, true, lazy, dryRun), Progress.none());
    }

    @Override
    public void close() {
        Run.remove(directory);
    }
}
