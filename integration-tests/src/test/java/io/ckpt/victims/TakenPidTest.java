package io.ckpt.victims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job whose pids are no longer free comes back with pids of its own, in a namespace. */
@NeedsRoot
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TakenPidTest {
    @Test
    void runsASecondTimeBesideItself() {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named("tree")).awaitReady()) {
            journeys.checkpoint(run.pid());
            int second = journeys.restart();

            assertThat(second).isNotEqualTo(run.pid());
            assertThat(innerPid(second)).isEqualTo(run.pid());
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    /** Each finds pids free that the other is about to take. */
    @RepeatedTest(3)
    void twoRestartsAtOnceMakeTwoWholeJobs() {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named("tree")).awaitReady()) {
            int processes = run.processes().size();
            journeys.vacate(run.pid());
            List<CompletableFuture<Integer>> both = Stream.of(1, 2)
                    .map(each -> CompletableFuture.supplyAsync(journeys::restart))
                    .toList();

            assertThat(both.stream().map(CompletableFuture::join)).doesNotHaveDuplicates();
            assertThat(run.processes()).hasSize(2 * processes);
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    /** With the first one running, the second gets pids of its own; so does whoever is restarted from that. */
    @ParameterizedTest
    @ValueSource(strings = {"mounts", "ipc-namespace", "user-namespace", "user-namespace-threads", "pid-namespaces"})
    void takesItsNamespacesAlong(String victim) {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named(victim)).awaitReady()) {
            journeys.checkpoint(run.pid());
            int second = journeys.restart();
            assertThat(second).isNotEqualTo(run.pid());
            journeys.vacate(second);
            run.kill();
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    /** The number is in use although no process has it: it is the group of somebody whom the job left behind. */
    @Test
    void noticesThatAGroupStillHasThePid() throws Exception {
        String script =
                "(sleep 60 & echo $! >%d/left); exec " + Victim.named("private").program() + " %d";
        try (Journeys journeys = new Journeys();
                Run run = Run.of(List.of("/bin/sh", "-c", script)).awaitReady()) {
            String left = Files.readString(run.directory().resolve("left")).strip();
            journeys.vacate(run.pid());
            await().until(() -> ProcessHandle.of(run.pid()).isEmpty());

            int again = journeys.restart();
            ProcessHandle.of(Long.parseLong(left)).orElseThrow().destroyForcibly();

            assertThat(innerPid(again)).isEqualTo(run.pid());
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    /** The pid that the process has in the innermost namespace. */
    private static int innerPid(int pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("NSpid:"))
                    .map(line -> line.substring(line.lastIndexOf('\t') + 1))
                    .mapToInt(Integer::parseInt)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
