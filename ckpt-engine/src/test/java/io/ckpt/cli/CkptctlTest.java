package io.ckpt.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.util.JsonFormat;
import io.ckpt.daemon.TestServer;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.job.CheckpointOrder;
import io.ckpt.job.Deadline;
import io.ckpt.job.FakeEngine;
import io.ckpt.job.Finding;
import io.ckpt.job.Limits;
import io.ckpt.job.NodeFit;
import io.ckpt.job.RestartOrder;
import io.ckpt.job.Target;
import io.ckpt.kind.RestartOptions.FilePolicy;
import io.ckpt.v1.Checkpoint;
import io.ckpt.v1.ErrorDetail;
import io.ckpt.v1.ListCheckpointsResponse;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Timeout(60)
class CkptctlTest {
    @TempDir
    private Path directory;

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        assumeTrue((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0, "needs root");
        server = TestServer.start(directory, "root");
    }

    @AfterEach
    void end() {
        if (server != null) {
            server.close();
        }
    }

    private record Run(int status, String out, String err) {}

    private static Run run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine ckptctl = Ckptctl.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return new Run(ckptctl.execute(arguments), out.toString(), err.toString());
    }

    private Run ask(String... arguments) {
        List<String> words = new ArrayList<>(List.of(arguments));
        words.addAll(List.of("--socket", server.socket().toString()));
        return run(words.toArray(String[]::new));
    }

    private void store(String id, String job) {
        server.engine().checkpoints.add(FakeEngine.stored(id, job, 0));
    }

    @Test
    void checkpointTellsWhatItCost() throws Exception {
        Run run = ask(
                "checkpoint",
                "--pid",
                "1",
                "--vacate",
                "--deadline",
                "30",
                "--compression",
                "none",
                "--cpus",
                "3",
                "--bandwidth",
                "20",
                "--store",
                "relative");

        CheckpointOrder order = server.engine().checkpointOrders.take();
        assertThat(order.target()).isEqualTo(new Target.Process(1));
        assertThat(order.vacate()).isTrue();
        assertThat(order.level()).hasValue(0);
        assertThat(order.limits()).isEqualTo(new Limits(3, 20 << 20));
        assertThat(order.deadline()).hasValue(new Deadline(Duration.ofSeconds(30), true));
        assertThat(order.store()).hasValue(Path.of("relative").toAbsolutePath());
        assertThat(run.status).isZero();
        assertThat(run.out)
                .isEqualToIgnoringNewLines(
                        "checkpoint " + FakeEngine.TAKEN + " of pid-1 taken, the job is gone: frozen 12 ms, "
                                + "256.0 MiB captured, 100.0 MiB stored in /fake/store, durable after 900 ms");
        assertThat(run.err).contains("ckptctl: output.log is also written by pid 9");
    }

    @Test
    void checkpointAsJsonIsTheMessageOfTheApi() throws Exception {
        Run run = ask("checkpoint", "--pid", "1", "--json");

        Checkpoint.Builder checkpoint = Checkpoint.newBuilder();
        JsonFormat.parser().merge(run.out, checkpoint);
        assertThat(checkpoint.getState()).isEqualTo(Checkpoint.State.STATE_COMMITTED);
        assertThat(checkpoint.getMemoryBytes()).isEqualTo(256 << 20);
    }

    @ParameterizedTest
    @EnumSource(FaultCode.class)
    void everyFaultHasItsExitStatusMessageAndWayOut(FaultCode code) throws Exception {
        server.engine().onCheckpoint = (order, progress) -> {
            throw new Fault(code, "pid 7, fd 3 [pipe]: broken", "mend the pipe");
        };

        Run run = ask("checkpoint", "--pid", "1", "--json");

        assertThat(run.status).isEqualTo(code.exitStatus());
        assertThat(run.err).contains("ckptctl: pid 7, fd 3 [pipe]: broken", "ckptctl: way out: mend the pipe");
        ErrorDetail.Builder error = ErrorDetail.newBuilder();
        JsonFormat.parser().merge(run.out, error);
        assertThat(error.getCode()).isEqualTo(code.name());
    }

    @Test
    void aDefectOfTheEngineIsToldAsOne() {
        server.engine().onCheckpoint = (order, progress) -> {
            throw new IllegalStateException("impossible");
        };

        Run run = ask("checkpoint", "--pid", "1");

        assertThat(run.status).isEqualTo(70);
        assertThat(run.err).contains("impossible", "please report it");
    }

    @Test
    void commonOptionsMayStandBeforeTheVerb() {
        store("aaa", "4711");

        Run run = run("--socket", server.socket().toString(), "--json", "list");

        assertThat(run.status).isZero();
        assertThat(run.out).startsWith("{");
        assertThat(run("--json", "list", "--socket", "/none").out).contains("DAEMON_UNAVAILABLE");
    }

    @Test
    void listAlignsItsColumns() {
        store("aaa", "4711");
        store("bbbbbb", "9");

        List<String> lines = ask("list").out.lines().toList();

        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("ID      JOB   CREATED");
        assertThat(lines.get(1)).startsWith("aaa     4711  2026-01-0").endsWith("100.0 MiB  -      12 ms   durable");
        assertThat(lines.get(2)).startsWith("bbbbbb  9     2026-01-0");
    }

    @Test
    void listAsJsonIsTheMessageOfTheApi() throws Exception {
        store("aaa", "4711");
        store("bbb", "4712");

        ListCheckpointsResponse.Builder list = ListCheckpointsResponse.newBuilder();
        JsonFormat.parser().merge(ask("list", "4712", "--json").out, list);

        assertThat(list.getCheckpointsList()).extracting(Checkpoint::getId).containsExactly("bbb");
    }

    @Test
    void showPlanVerifyAndDeleteTakeAnIdOrTheLatestOfAJob() {
        store("aaa", "4711");
        store("bbb", "4711");

        assertThat(ask("show", "4711@latest").out).startsWith("checkpoint  bbb\n");
        assertThat(ask("plan", "aaa").out).contains("openat(AT_FDCWD, \"/data\", O_RDONLY) = 3\n");
        assertThat(ask("verify", "aaa").out).isEqualTo("checkpoint aaa is whole: 100.0 MiB read\n");
        assertThat(ask("delete", "4711@latest").out).isEqualTo("checkpoint bbb deleted\n");
        assertThat(server.engine().checkpoints).hasSize(1);
    }

    @Test
    void nodesTellsWhereACheckpointCanGo() {
        store("aaa", "4711");
        Instant beat = Instant.parse("2026-01-02T03:04:05Z");
        server.engine().nodes.add(new NodeFit("n1", "6.1.0", Optional.of(beat), true, List.of("the CPU lacks avx")));

        assertThat(ask("nodes", "aaa").status).isEqualTo(69);
        server.engine().nodes.add(new NodeFit("n2", "6.1.0", Optional.empty(), false, List.of()));
        Run run = ask("nodes", "aaa");
        assertThat(run.status).isZero();
        assertThat(run.out.lines().toList().get(1))
                .startsWith("n1    6.1.0")
                .contains(", silent")
                .endsWith("no: the CPU lacks avx");
        assertThat(run.out.lines().toList().get(2))
                .startsWith("n2    6.1.0   -")
                .endsWith("yes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"show", "plan", "verify", "delete", "restart", "nodes"})
    void aCheckpointThatIsNotThereIs66AndOneNotNamedIs64(String verb) {
        assertThat(ask(verb, "zzz").status).isEqualTo(66);
        assertThat(ask(verb).status).isEqualTo(64);
        assertThat(ask(verb, "../etc").status).isEqualTo(64);
    }

    @Test
    void listAndStatusTellWhatOnlyThisNodeHas() {
        server.engine().checkpoints.add(FakeEngine.local("aaa", "4711"));
        server.engine()
                .jobs
                .add(FakeEngine.running("4711", 1000)
                        .staged(List.of("aaa"))
                        .remarked(new Fault(FaultCode.STORE_FULL, "the store is full", "make room")));

        assertThat(ask("list").out.lines().toList().get(1)).endsWith("local");
        assertThat(ask("list", "--json").out).contains("STATE_LOCAL");
        assertThat(ask("show", "aaa").out).contains("state       local");
        assertThat(ask("status").out.lines().toList().get(1))
                .contains("local")
                .endsWith("the store is full; make room");
        assertThat(ask("status", "--json").out).contains("\"localCheckpointIds\": [\"aaa\"]");
    }

    @Test
    void statusShowsJobs() {
        server.engine().jobs.add(FakeEngine.running("4711", 1000));

        assertThat(ask("status").out.lines().toList().get(1)).startsWith("4711  running  1000  4711  1");
        assertThat(ask("status").out)
                .contains("3.1 s, grace 30.0 s: fits", "4711: interval auto 0:10:00: the site's least");
        assertThat(ask("status", "--json").out)
                .contains("\"forecastDuration\": \"3.100s\"", "\"graceDuration\": \"30s\"", "FIT_IN_TIME");
        assertThat(ask("status", "4711").status).isZero();
        assertThat(ask("status", "4712").status).isEqualTo(66);
    }

    @Test
    void doctorFailsWhenSomethingIsMissing() {
        server.engine().findings.add(new Finding("kernel.release", Finding.Level.OK, "6.18", ""));
        assertThat(ask("doctor").status).isZero();

        server.engine().findings.add(new Finding("seal.key", Finding.Level.FAILURE, "missing", "make one"));
        Run run = ask("doctor");

        assertThat(run.status).isEqualTo(69);
        assertThat(run.out).contains("seal.key        failure  missing  make one");
    }

    @Test
    void doctorTellsWhatACheckpointWouldRefuse() {
        server.engine().jobs.add(FakeEngine.running("4711", 1000));
        Run well = ask("doctor", "4711");
        assertThat(well.status).isZero();
        assertThat(well.out).isEqualTo("can be checkpointed: 2 processes, 5 threads; the job stood still for 7.0 ms\n");

        server.engine().findings.add(new Finding("pid 1, fd 3", Finding.Level.FAILURE, "in flight", "close it"));
        Run ill = ask("doctor", "4711");
        assertThat(ill.status).isEqualTo(69);
        assertThat(ill.out)
                .contains("pid 1, fd 3  failure  in flight  close it")
                .contains("cannot be checkpointed");
        assertThat(server.engine().examined).containsExactly(new Target.Job("4711"), new Target.Job("4711"));
    }

    @Test
    void aDryRunStartsNothing() throws Exception {
        store("aaa", "4711");

        Run run = ask("restart", "aaa", "--dry-run", "--files", "strict");

        RestartOrder order = server.engine().restartOrders.take();
        assertThat(order.dryRun()).isTrue();
        assertThat(order.options().files()).isEqualTo(FilePolicy.STRICT);
        assertThat(run.status).isZero();
        assertThat(run.out)
                .startsWith("4711 can be restarted from aaa of 2026-")
                .endsWith(": nothing is in the way\n");
    }

    @Test
    void whatIsNewerAndDamagedIsNotPassedOverInSilence() {
        store("aaa", "4711");
        server.engine().damaged.put("bbb", 0);

        assertThat(ask("restart", "4711@latest", "--dry-run").err)
                .contains("ckptctl: passed over: checkpoint bbb is no good: a bit was flipped");
        assertThat(ask("restart", "aaa", "--dry-run").err).doesNotContain("passed over");
        assertThat(ask("list").err).contains("ckptctl: checkpoint bbb is no good: a bit was flipped");
    }

    @Test
    void aDetachedRestartReturnsWhenTheJobRuns() throws Exception {
        store("aaa", "4711");

        Run run = ask("restart", "4711@latest", "--detach");

        assertThat(server.engine().restartOrders.take().detach()).isTrue();
        assertThat(run.status).isZero();
        assertThat(run.out).startsWith("4711 runs again from aaa").contains("process 4711, 256.0 MiB in 800 ms");
    }

    @Test
    void aForegroundRestartPassesSignalsOnAndEndsWithTheStatusOfTheJob() throws Exception {
        store("aaa", "4711");
        Process ckptctl = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Ckptctl.class.getName(),
                        "restart",
                        "aaa",
                        "--socket",
                        server.socket().toString())
                .start();
        BufferedReader err =
                new BufferedReader(new InputStreamReader(ckptctl.getErrorStream(), StandardCharsets.UTF_8));
        String line = err.readLine();
        while (!line.contains("runs again")) {
            line = err.readLine();
        }

        sendUntilPassedOn(ckptctl);
        server.engine().job.exitStatus.add(42);

        assertThat(ckptctl.waitFor()).isEqualTo(42);
    }

    /** The remark comes a moment before the handlers, so the harmless CONT is sent until it arrives. */
    private void sendUntilPassedOn(Process ckptctl) throws Exception {
        Integer seen = null;
        while (seen == null) {
            new ProcessBuilder("kill", "-CONT", Long.toString(ckptctl.pid()))
                    .start()
                    .waitFor();
            seen = server.engine().job.signals.poll(100, TimeUnit.MILLISECONDS);
        }
        assertThat(seen).isEqualTo(18);
        ckptctl.destroy();
        do {
            seen = server.engine().job.signals.take();
        } while (seen == 18);
        assertThat(seen).isEqualTo(15);
    }

    @Test
    void withoutADaemonBehindTheSocketTheStatusIs69() {
        Run run = run("list", "--socket", directory.resolve("nobody").toString());

        assertThat(run.status).isEqualTo(69);
        assertThat(run.err).contains("no daemon answers on", "start ckptd");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "checkpoint",
                "checkpoint 1 --pid 2",
                "checkpoint --pid x",
                "checkpoint 1 --deadline soon",
                "checkpoint 1 --compression much",
                "checkpoint 1 --compression 20",
                "checkpoint 1 --cpus 0",
                "checkpoint 1 --bandwidth fast",
                "restart a b",
                "restart a --files maybe",
                "list --nonsense"
            })
    void wrongUsageIs64AndPointsToTheHelp(String line) {
        Run run = run(line.split(" "));

        assertThat(run.status).isEqualTo(64);
        assertThat(run.err).contains("ckptctl: see ckptctl").contains("--help");
    }

    @Test
    void wrongUsageIsToldAsJsonToo() throws Exception {
        ErrorDetail.Builder error = ErrorDetail.newBuilder();
        JsonFormat.parser().merge(run("checkpoint", "--json").out, error);

        assertThat(error.getCode()).isEqualTo(FaultCode.USAGE.name());
        assertThat(error.getRemedy()).isEqualTo("see ckptctl checkpoint --help");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "checkpoint",
                "restart",
                "list",
                "show",
                "plan",
                "verify",
                "delete",
                "status",
                "nodes",
                "doctor",
                "version"
            })
    void everyVerbExplainsItselfItsStatusAndItsJson(String verb) {
        Run run = run(verb, "--help");

        assertThat(run.status).isZero();
        assertThat(run.out).contains("Usage: ckptctl " + verb, "--json", "--socket", "--embedded", "Exit status", "66");
        assertThat(run.out.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void versionNamesBothSides() {
        assertThat(ask("version").out).matches("(?s)ckptctl .*\nengine  .* on .*, Linux .*\n");
    }
}
