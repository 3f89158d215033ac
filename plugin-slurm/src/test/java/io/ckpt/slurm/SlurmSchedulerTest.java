package io.ckpt.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.scheduler.NodeHealth;
import io.ckpt.scheduler.Notice;
import io.ckpt.scheduler.Notice.Kind;
import io.ckpt.scheduler.Scheduler;
import io.ckpt.scheduler.SchedulerPlugin;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlurmSchedulerTest {
    private final RecordedScontrol scontrol = new RecordedScontrol();
    private final Scheduler slurm = new SlurmScheduler(scontrol);

    private static final class RecordedScontrol extends Scontrol {
        private final List<String> commands = new ArrayList<>();
        private final Map<String, String> answers = new HashMap<>();
        private String answer = "";

        @Override
        String run(String... arguments) {
            commands.add(String.join(" ", arguments));
            return answers.getOrDefault(String.join(" ", arguments), answer);
        }
    }

    @Test
    void aPreemptionGivesTimeUntilTheGraceEnds() {
        assertThat(slurm.classify(SlurmFixture.job("job-preempted"), 0))
                .isEqualTo(new Notice(Kind.PREEMPTED, Optional.of(Instant.parse("2026-11-22T17:54:45Z"))));
    }

    @Test
    void aJobIsLeftTheGraceOfItsPartition() {
        scontrol.answers.put("show job 5", SlurmFixture.text("job-running"));
        scontrol.answers.put("show partition low", SlurmFixture.text("partition-grace"));

        assertThat(slurm.grace("5")).contains(Duration.ofSeconds(60));
    }

    @Test
    void withoutAGraceAJobIsLeftTheTimeBetweenTwoSignals() {
        String noGrace = SlurmFixture.text("partition-grace").replace("GraceTime=60", "GraceTime=0");
        scontrol.answers.put("show job 5", SlurmFixture.text("job-running"));
        scontrol.answers.put("show partition low", noGrace);
        scontrol.answers.put("show config", SlurmFixture.text("config"));

        assertThat(slurm.grace("5")).contains(Duration.ofSeconds(5));
    }

    @Test
    void aSignalStillUnderWayDoesNotHideAPreemption() {
        String text = SlurmFixture.text("job-preempted").replace("JobState=RUNNING", "JobState=SIGNALING");

        assertThat(slurm.classify(SlurmJob.parse(text, ZoneOffset.UTC), 0).kind())
                .isEqualTo(Kind.PREEMPTED);
    }

    @ParameterizedTest
    @CsvSource({
        "job-running, 0, UNKNOWN",
        "job-requeue-completing, 0, REQUEUED",
        "job-requeue-command, 0, REQUEUED",
        "job-requeued, 0, REQUEUED",
        "job-node-failed, 0, REQUEUED",
        "job-cancel-completing, 0, CANCELLED",
        "job-cancelled, 1, CANCELLED",
        "job-time-limit-completing, 0, TIME_LIMIT",
    })
    void everySignalIsExplainedByTheRecord(String fixture, int generation, Kind kind) {
        assertThat(slurm.classify(SlurmFixture.job(fixture), generation)).isEqualTo(Notice.of(kind));
    }

    @ParameterizedTest
    @CsvSource({
        "node-idle, RESPONDING",
        "node-allocated, RESPONDING",
        "node-not-responding, NOT_RESPONDING",
        "node-down, DOWN",
        "node-down-timeout, DOWN",
    })
    void theStateOfANodeIsRead(String fixture, NodeHealth health) {
        scontrol.answer = SlurmFixture.text(fixture);

        assertThat(slurm.node("n1")).isEqualTo(health);
        assertThat(scontrol.commands).containsExactly("show node n1");
    }

    @Test
    void aStarMeansNotResponding() {
        scontrol.answer = "NodeName=n1\n   State=IDLE* ThreadsPerCore=1\n";

        assertThat(slurm.node("n1")).isEqualTo(NodeHealth.NOT_RESPONDING);
    }

    @Test
    void ordersAreGivenInWordsOfSlurm() {
        slurm.requeue("7");
        slurm.startNow("7");
        slurm.markDown("n1", "no heartbeat");

        assertThat(scontrol.commands)
                .containsExactly(
                        "requeue 7",
                        "update jobid=7 StartTime=now",
                        "update nodename=n1 state=DOWN reason=no heartbeat");
    }

    @Test
    void thePluginIsFoundByName() {
        assertThat(SchedulerPlugin.named("slurm")).isInstanceOf(SlurmScheduler.class);
    }
}
