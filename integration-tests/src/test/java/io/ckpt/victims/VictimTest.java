package io.ckpt.victims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every victim through every journey. */
@NeedsRoot
@ExtendWith(HugePages.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class VictimTest {
    private static final String AS_USER =
            "cp %s %%d/victim" + " && exec setpriv --reuid=1234 --regid=1235 --clear-groups %%d/victim %%d";

    static List<Victim> carried() {
        return Victim.carried();
    }

    static List<Victim> refused() {
        return Victim.refused();
    }

    @ParameterizedTest
    @MethodSource({"carried", "refused"})
    void passesUndisturbed(Victim victim) {
        try (Run run = Run.of(victim).awaitReady()) {
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @MethodSource("carried")
    void runsOnAfterACheckpoint(Victim victim) {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(victim).awaitReady()) {
            journeys.checkpoint(run.pid());
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @MethodSource("carried")
    void comesBackAfterItWasVacated(Victim victim) {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(victim).awaitReady()) {
            journeys.vacate(run.pid());
            run.awaitGone();
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    /** What it did after the checkpoint is undone by the restart. */
    @ParameterizedTest
    @MethodSource("carried")
    void comesBackAfterItRanOnAndWasKilled(Victim victim) throws Exception {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(victim).awaitReady()) {
            journeys.checkpoint(run.pid());
            TimeUnit.MILLISECONDS.sleep(50);
            run.kill();
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @MethodSource("carried")
    void comesBackFromTheCheckpointOfARestart(Victim victim) {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(victim).awaitReady()) {
            journeys.vacate(run.pid());
            int again = journeys.restart();
            journeys.vacate(again);
            run.awaitGone();
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    @Tag("long")
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    @ParameterizedTest
    @MethodSource("carried")
    void comesBackTenTimes(Victim victim) {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(victim).awaitReady()) {
            int pid = run.pid();
            for (int i = 0; i < 10; i++) {
                journeys.vacate(pid);
                pid = journeys.restart();
            }
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    /** Those that must be root for what they do end before they are ready. */
    @Tag("long")
    @ParameterizedTest
    @MethodSource("carried")
    void comesBackAsAProcessOfAnOrdinaryUser(Victim victim) {
        List<String> command = List.of("/bin/sh", "-c", AS_USER.formatted(victim.program()), "sh");
        try (Journeys journeys = new Journeys();
                Run run = Run.of(command)) {
            Assumptions.assumeTrue(run.getsReady(), () -> victim + " needs root");
            journeys.vacate(run.pid());
            int again = journeys.restart();
            journeys.vacate(again);
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isRefusedByNameAndRunsOn(Victim victim) {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(victim).awaitReady()) {
            Fault fault = catchThrowableOfType(Fault.class, () -> journeys.vacate(run.pid()));

            assertThat(fault).as("refusal").isNotNull();
            assertThat(fault.code()).isEqualTo(FaultCode.UNSUPPORTED_OBJECT);
            assertThat(fault.getMessage()).contains(run.expectedRefusal());
            assertThat(journeys.stored()).isEmpty();
            assertThat(journeys.examine(run.pid())).contains(run.expectedRefusal());
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }
}
