package io.ckpt.victims;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs as users run them go on with correct results. */
@NeedsRoot
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ProgramTest {
    private static final String PROGRAMS = Path.of("programs").toAbsolutePath().toString();
    private static final String BUILT =
            Path.of("target/programs").toAbsolutePath().toString();

    /** Those that only the long suite runs. */
    private static final String SLOW = "PERL|OCTAVE|R|NODE_JS|MAKE|COMPRESSION";

    /** With the program where any user can read it. */
    private static final List<String> AS_USER = List.of(
            "/bin/sh",
            "-c",
            "cp " + PROGRAMS + "/container.py %d && exec setpriv --reuid=1234 --regid=1235 --clear-groups \"$@\"",
            "sh");

    private static final List<String> BUBBLEWRAP =
            List.of(("/usr/bin/bwrap --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp --bind %d %d --chdir %d"
                            + " --unshare-uts --hostname sandbox --unshare-ipc --unshare-net --unshare-pid")
                    .split(" "));

    /** A program that keeps the victims' contract, and how it is started. */
    enum Program {
        NUMPY_POOL("/usr/bin/python3", PROGRAMS + "/pool.py", "%d"),
        OPENMP(BUILT + "/stencil", "%d"),
        SHELL_PIPELINE(PROGRAMS + "/pipeline.sh", "%d"),
        JOB_CONTROL(PROGRAMS + "/job-control.sh", "%d"),
        TERMINAL(PROGRAMS + "/typescript.sh", "%d"),
        TMUX(PROGRAMS + "/multiplexer.sh", "%d", "tmux"),
        SCREEN(PROGRAMS + "/multiplexer.sh", "%d", "screen"),
        JVM(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx128m",
                "-cp",
                Path.of("target/test-classes").toAbsolutePath().toString(),
                "io.ckpt.programs.Workers",
                "%d"),
        STATIC(BUILT + "/static", "%d"),
        REDIS("/usr/bin/python3", PROGRAMS + "/redis.py", "%d"),
        NGINX("/usr/bin/python3", PROGRAMS + "/nginx.py", "%d"),
        POSTGRESQL("/usr/bin/python3", PROGRAMS + "/postgresql.py", "%d"),
        UNSHARED(Stream.of(
                        AS_USER,
                        List.of("/usr/bin/unshare", "-Urpf", "--mount-proc", "/usr/bin/python3"),
                        List.of("%d/container.py", "%d", "%d"))
                .flatMap(List::stream)
                .toArray(String[]::new)),
        BUBBLEWRAP_OF_ROOT(Stream.of(BUBBLEWRAP, List.of("/usr/bin/python3", PROGRAMS + "/pool.py", "%d"))
                .flatMap(List::stream)
                .toArray(String[]::new)),
        BUBBLEWRAP_OF_USER(Stream.of(AS_USER, BUBBLEWRAP, List.of("/usr/bin/python3", "%d/container.py", "%d", "/tmp"))
                .flatMap(List::stream)
                .toArray(String[]::new)),
        MPI_OVER_SHARED_MEMORY(PROGRAMS + "/mpi.sh", "self,vader", "%d"),
        MPI_OVER_TCP(PROGRAMS + "/mpi.sh", "self,tcp", "%d"),
        PERL("/usr/bin/perl", PROGRAMS + "/chain.pl", "%d"),
        OCTAVE("/usr/bin/octave-cli", "--quiet", PROGRAMS + "/relax.m", "%d"),
        R("/usr/bin/Rscript", "--vanilla", PROGRAMS + "/walk.R", "%d"),
        NODE_JS("/usr/bin/node", PROGRAMS + "/relay.js", "%d"),
        MAKE(PROGRAMS + "/build.sh", "%d"),
        COMPRESSION(PROGRAMS + "/compress.sh", "%d");

        private final List<String> command;

        Program(String... command) {
            this.command = List.of(command);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = SLOW)
    void passesUndisturbed(Program program) {
        try (Run run = Run.of(program.command).awaitReady()) {
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = SLOW)
    void runsOnAfterACheckpoint(Program program) {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(program.command).awaitReady()) {
            journeys.checkpoint(run.pid());
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = SLOW)
    void comesBackFromTheCheckpointOfARestart(Program program) {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(program.command).awaitReady()) {
            journeys.vacate(run.pid());
            int again = journeys.restart();
            journeys.vacate(again);
            journeys.restart();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    @Tag("long")
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    @ParameterizedTest
    @EnumSource
    void comesBackTenTimes(Program program) {
        try (Journeys journeys = new Journeys();
                Run run = Run.of(program.command).awaitReady()) {
            int pid = run.pid();
            for (int i = 0; i < 10; i++) {
                journeys.vacate(pid);
                pid = journeys.restart();
            }
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }
}
