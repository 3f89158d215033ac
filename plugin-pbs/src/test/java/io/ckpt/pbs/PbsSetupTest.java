package io.ckpt.pbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.scheduler.Setup.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PbsSetupTest {
    @TempDir
    private Path home;

    @TempDir
    private Path prefix;

    private final RecordedCommands commands = new RecordedCommands();

    /** A server that knows nothing of ckpt and has the settings that OpenPBS comes with. */
    private static final class RecordedCommands extends PbsCommands {
        private final List<String> lines = new ArrayList<>();
        private final Map<String, String> objects = new HashMap<>();

        @Override
        String run(String name, String... arguments) {
            String line = arguments[1];
            lines.add(line);
            if (line.startsWith("list server")) {
                return "Server n1\n    node_fail_requeue = 310\n    job_requeue_timeout = 00:10:00\n";
            }
            if (line.startsWith("list sched")) {
                return "Sched default\n    preempt_order = SCR\n";
            }
            String object = line.substring(line.indexOf(' ') + 1);
            if (line.startsWith("list") && !objects.containsKey(object)) {
                throw new Fault(FaultCode.DAEMON_UNAVAILABLE, "unknown", "none");
            }
            return line.startsWith("export") ? "an old hook" : objects.getOrDefault(object, "");
        }
    }

    @BeforeEach
    void directories() throws IOException {
        Files.createDirectories(home.resolve("mom_priv"));
        Files.createDirectories(prefix.resolve("lib/ckpt/pbs"));
    }

    private PbsSetup setup() {
        return new PbsSetup(new PbsConf(home, prefix), prefix, commands);
    }

    private Step step(String name) {
        return setup().steps().stream()
                .filter(step -> step.name().startsWith(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anExecutionHostGetsOneLineAndKeepsItsOthers() throws IOException {
        Path config = Files.writeString(
                home.resolve("mom_priv/config"),
                "$clienthost n1\n$action terminate 5 !/site/script\n$usecp *:/home /home\n");
        Step terminate = step("$action terminate");

        assertThat(terminate.fault())
                .hasValueSatisfying(fault -> assertThat(fault).startsWith("is another one"));
        terminate.apply();
        terminate.apply();

        assertThat(terminate.fault()).isEmpty();
        assertThat(config)
                .content()
                .isEqualTo("$clienthost n1\n#before ckpt# $action terminate 5 !/site/script\n$usecp *:/home /home\n"
                        + "$action terminate 600 !" + prefix
                        + "/libexec/ckpt/pbs-action terminate %jobid %sid %taskid %uid %gid 600\n");
        terminate.undo();
        assertThat(config)
                .content()
                .isEqualTo("$clienthost n1\n$action terminate 5 !/site/script\n$usecp *:/home /home\n");
    }

    @Test
    void theLineOfAnotherInstallationIsReplacedAndCanBeTakenBack() throws IOException {
        Path config = Files.writeString(
                home.resolve("mom_priv/config"), "$action terminate 600 !/old/pbs-action terminate\n");
        Step terminate = step("$action terminate");

        assertThat(terminate.fault()).contains("is that of another installation of ckpt");
        assertThat(terminate.isThere()).isTrue();
        terminate.undo();
        assertThat(config).isEmptyFile();
    }

    @ParameterizedTest
    @CsvSource({
        "no $action checkpoint in, '$action checkpoint 60 !/site/script %jobid'",
        "no $action checkpoint_abort alone, '$action  checkpoint_abort 60 !/site/script %jobid'",
        "no $restart_transmogrify True, $restart_transmogrify True"
    })
    void warnsOfALineThatLosesJobs(String name, String line) throws IOException {
        Step step = step(name);
        assertThat(step.fault()).isEmpty();
        Files.writeString(home.resolve("mom_priv/config"), line + "\n");

        assertThat(step.fault()).isPresent();
        assertThat(step.isOurs()).isFalse();
    }

    @Test
    void holdingAndReleasingTogetherAreFine() throws IOException {
        Files.writeString(
                home.resolve("mom_priv/config"),
                "$action checkpoint_abort 60 !/a %jobid\n$action restart 60 !/a %jobid\n");

        assertThat(step("no $action checkpoint_abort alone").fault()).isEmpty();
    }

    @Test
    void warnsWhereSessionsCannotBeAttached() throws IOException {
        assertThat(step("program " + prefix + "/bin/pbs_attach").fault()).isPresent();
    }

    @Test
    void aServerGetsResourcesAndHooks() throws IOException {
        Files.createDirectories(home.resolve("server_priv"));

        setup().steps().stream()
                .filter(step -> step.isOurs() && !step.name().contains("action"))
                .forEach(Step::apply);

        assertThat(commands.lines)
                .contains(
                        "create resource ckpt type=boolean,flag=m",
                        "create resource ckpt_interval type=long,flag=m",
                        "create hook ckpt_exec",
                        "set hook ckpt_exec event = \"execjob_launch,execjob_preterm,execjob_epilogue\"",
                        "import hook ckpt_srv application/x-python default " + prefix + "/lib/ckpt/pbs/ckpt_srv.py");
    }

    @Test
    void aHookOfAnotherVersionIsReplacedAndItsSettingsStay() throws IOException {
        Files.createDirectories(home.resolve("server_priv"));
        Files.writeString(prefix.resolve("lib/ckpt/pbs/ckpt_exec.py"), "a new hook");
        commands.objects.put(
                "hook ckpt_exec",
                "Hook ckpt_exec\n    enabled = true\n    event = execjob_preterm,execjob_launch,execjob_epilogue\n");

        assertThat(step("hook ckpt_exec").fault()).contains("is that of another version of ckpt");
        assertThat(step("hook ckpt_exec").isThere()).isTrue();
        step("hook ckpt_exec").apply();

        assertThat(commands.lines)
                .contains("import hook ckpt_exec application/x-python default " + prefix + "/lib/ckpt/pbs/ckpt_exec.py")
                .noneMatch(line -> line.startsWith("create") || line.contains("x-config"));
    }

    @Test
    void aHookThatDoesNotSeeAllEventsIsTold() throws IOException {
        Files.createDirectories(home.resolve("server_priv"));
        commands.objects.put("hook ckpt_exec", "Hook ckpt_exec\n    enabled = true\n    event = execjob_launch\n");

        assertThat(step("hook ckpt_exec").fault())
                .hasValueSatisfying(fault -> assertThat(fault).startsWith("does not see all events"));
    }

    @Test
    void aHookThatIsDisabledIsTold() throws IOException {
        Files.createDirectories(home.resolve("server_priv"));
        commands.objects.put("hook ckpt_srv", "Hook ckpt_srv\n    enabled = false\n");

        assertThat(step("hook ckpt_srv").fault())
                .hasValueSatisfying(fault -> assertThat(fault).startsWith("is disabled"));
    }

    @Test
    void aResourceThatMomIsNotToldOfGetsItsFlag() throws IOException {
        Files.createDirectories(home.resolve("server_priv"));
        commands.objects.put("resource ckpt", "Resource ckpt\n    type = boolean\n    flag = h\n");

        assertThat(step("resource ckpt").remedy()).containsExactly("qmgr -c 'set resource ckpt flag=m'");
    }

    @Test
    void warnsOfAMomThatLooksSeldom() throws IOException {
        assertThat(step("$max_check_poll").fault())
                .hasValueSatisfying(fault -> assertThat(fault).startsWith("is 120"));
        Files.writeString(home.resolve("mom_priv/config"), "$max_check_poll 10\n");

        assertThat(step("$max_check_poll").fault()).isEmpty();
    }

    @Test
    void settingsOfTheSiteAreToldAndLeftAlone() throws IOException {
        Files.createDirectories(home.resolve("server_priv"));

        assertThat(step("sched preempt_order").fault()).isPresent();
        assertThat(step("server node_fail_requeue").fault())
                .hasValueSatisfying(fault -> assertThat(fault).startsWith("is 310"));
        assertThat(step("server job_requeue_timeout").fault()).isEmpty();
        assertThat(step("sched preempt_order").isOurs()).isFalse();
    }
}
