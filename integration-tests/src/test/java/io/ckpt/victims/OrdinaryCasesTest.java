package io.ckpt.victims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ckpt.fault.Fault;
import io.ckpt.job.CheckpointResult;
import io.ckpt.job.RunningJob;
import io.ckpt.job.StoredCheckpoint;
import io.ckpt.job.Strategy;
import io.ckpt.procfs.MountInfo;
import io.ckpt.progress.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Trees whose first process is not what one would draw on a blackboard. */
@NeedsRoot
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OrdinaryCasesTest {
    private static final Path PROGRAMS = Path.of("programs").toAbsolutePath();
    private static final String PIPELINE = PROGRAMS + "/pipeline.sh";

    /** Less than a library takes, and more than a checkpoint of what changed. */
    private static final long LITTLE_BYTES = 3 << 19;

    /** The first process leads neither a session nor a group; its leader stays outside. */
    @Test
    void carriesAMemberOfSomebodyElsesSession() throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(memberOfASession()).awaitReady()) {
            int member = Integer.parseInt(
                    Files.readString(run.directory().resolve("member")).strip());

            journeys.vacate(member);
            await().until(() -> ProcessHandle.of(member).isEmpty()); // its parent, who stays, reaps it when it likes
            journeys.restart();

            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    /** Who waits for a restarted job is told that it left, not that it was killed. */
    @Test
    void aRestartedJobThatLeavesAgainEndsWith85() throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named("private")).awaitReady()) {
            journeys.vacate(run.pid());
            RunningJob job = journeys.restart(journeys.latest(), false).job().orElseThrow();
            journeys.vacate(job.rootPid());
            assertThat(job.await()).isEqualTo(85);

            RunningJob again = journeys.restart(journeys.latest(), false).job().orElseThrow();
            assertThat(run.verdict()).isEqualTo("ok");
            assertThat(again.await()).isZero();
        }
    }

    /** What cannot be carried is gone when it is tried once more. */
    @Test
    void whatPassesInAMomentIsNoReasonToRefuse() {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(List.of("/usr/bin/python3", PROGRAMS + "/accepts.py", "%d"))
                        .awaitReady()) {
            journeys.vacate(run.pid(), new AtFirst(Progress.Phase.DESCRIBE, () -> run.say("accept")));
            run.awaitGone();
            journeys.restart();

            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    private static final class AtFirst implements Progress {
        private final Phase awaited;
        private final Runnable action;
        private boolean done;

        AtFirst(Phase awaited, Runnable action) {
            this.awaited = awaited;
            this.action = action;
        }

        @Override
        public void phase(Phase phase) {
            if (phase == awaited && !done) {
                done = true;
                action.run();
            }
        }

        @Override
        public void bytes(long done, long total) {}
    }

    private static List<String> memberOfASession() {
        String script = PIPELINE + " %d & echo $! >%d/member; while [ ! -e %d/go ]; do sleep 0.1; done";
        return List.of("/bin/sh", "-c", script);
    }

    /** Orphaned: its parent is whoever reaps orphans here. */
    @Test
    void carriesAnOrphan() throws Exception {
        String script = "(" + PIPELINE + " %d & echo $! >%d/orphan)";
        try (Journeys journeys = new Journeys();
                Run run = Run.of(List.of("/bin/sh", "-c", script)).awaitReady()) {
            int orphan = Integer.parseInt(
                    Files.readString(run.directory().resolve("orphan")).strip());

            journeys.vacate(orphan);
            run.awaitGone();
            journeys.restart();

            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    /** Its library is another one, and its program is gone, as on another node. */
    @Test
    void bringsAlongWhatItHasMapped() throws Exception {
        try (Journeys journeys = new Journeys().embeddingFiles();
                Run run = Run.of(Victim.named("library")).awaitReady()) {
            journeys.vacate(run.pid());
            run.awaitGone();
            replaceFiles(run);
            journeys.vacate(journeys.restart());
            run.awaitGone();
            journeys.restart();

            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    /** The same of a chain, whose later images have none of it themselves and need no room for it. */
    @Test
    void bringsAlongWhatItHasMappedWithWhatChanged() throws Exception {
        try (Journeys journeys = new Journeys().embeddingFiles();
                Mounted store = Mounted.at(journeys.store(), "size=32m");
                Run run = Run.of(Victim.named("library")).awaitReady()) {
            StoredCheckpoint whole =
                    journeys.checkpoint(run.pid(), Strategy.DELTA).checkpoint();
            store.fillBut(LITTLE_BYTES);
            assertThat(journeys.checkpoint(run.pid(), Strategy.DELTA)
                            .checkpoint()
                            .needs())
                    .containsExactly(whole.id());
            CheckpointResult last = journeys.checkpoint(run.pid(), Strategy.DELTA);
            assertThat(last.warnings()).noneMatch(warning -> warning.contains("not go with the job"));
            assertThat(last.checkpoint().storedBytes()).isLessThan(whole.storedBytes() / 4);
            run.kill();
            replaceFiles(run);
            int pid = journeys.restart();

            assertThat(journeys.checkpoint(pid, Strategy.DELTA).checkpoint().needs())
                    .isNotEmpty();
            run.kill();
            journeys.restart();

            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    @Test
    void saysWhatWouldHaveBroughtALibraryAlong() throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named("library")).awaitReady()) {
            journeys.vacate(run.pid());
            run.awaitGone();
            replaceFiles(run);

            assertThatThrownBy(journeys::restart)
                    .isInstanceOfSatisfying(
                            Fault.class, fault -> assertThat(fault.remedy()).contains("--embed-files"))
                    .hasMessageContaining("library.so is not the file that the job has mapped")
                    .hasMessageContaining("victim is gone");
        }
    }

    private static void replaceFiles(Run run) throws Exception {
        Files.delete(run.directory().resolve("victim"));
        Files.write(run.directory().resolve("library.so"), new byte[1 << 20]);
    }

    /** What the job made is not there any more, as on another node. */
    @Test
    void makesCgroupsAgain() throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named("cgroups")).awaitReady()) {
            journeys.vacate(run.pid());
            run.awaitGone();
            new ProcessBuilder(
                            "find",
                            "/sys/fs/cgroup",
                            "-depth",
                            "-path",
                            "*/victim-" + run.pid() + "*",
                            "-type",
                            "d",
                            "-delete")
                    .redirectErrorStream(true)
                    .start()
                    .getInputStream()
                    .readAllBytes();
            journeys.restart();

            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    /** The one that it was started in is gone; that of its new place has another path. */
    @Test
    void opensFilesOfTheCgroupOfItsNewPlace() throws Exception {
        Path cgroup =
                hierarchy().resolve("ckpt-files-" + ProcessHandle.current().pid());
        String script = "echo 0 >" + cgroup + "/cgroup.procs && exec "
                + Victim.named("cgroup-files").program() + " %d";
        Files.createDirectory(cgroup);
        try (Journeys journeys = new Journeys();
                Run run = Run.of(List.of("/bin/sh", "-c", script)).awaitReady()) {
            journeys.vacate(run.pid());
            run.awaitGone();
            Files.delete(cgroup);
            journeys.restart();

            assertThat(run.verdict()).isEqualTo("ok");
        } finally {
            Files.deleteIfExists(cgroup);
        }
    }

    /** Where version 2 is mounted. */
    private static Path hierarchy() throws Exception {
        return MountInfo.parse(Files.readString(Path.of("/proc/self/mountinfo"))).mounts().stream()
                .filter(mount -> mount.type().equals("cgroup2"))
                .findFirst()
                .map(mount -> Path.of(mount.mountPoint()))
                .orElseGet(() -> Assumptions.abort("no cgroups of version 2 are mounted"));
    }
}
