package io.ckpt.pbs;

import io.ckpt.scheduler.Setup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What PBS needs: on the server's host resources and hooks, on an execution host MoM's actions. Which of the two this
 * machine is, its directories in PBS_HOME say; it may be both.
 *
 * @param prefix of this installation of ckpt
 */
record PbsSetup(PbsConf conf, Path prefix, PbsCommands commands) implements Setup {
    private static final String EXEC_EVENTS = "execjob_launch,execjob_preterm,execjob_epilogue";
    private static final String SERVER_EVENTS = "queuejob,modifyjob";

    static PbsSetup ofThisMachine() {
        return new PbsSetup(PbsConf.read(), PbsConf.prefix(), new PbsCommands());
    }

    @Override
    public List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        if (Files.isDirectory(conf.home().resolve("server_priv"))) {
            steps.addAll(serverSteps());
        }
        if (Files.isDirectory(conf.home().resolve("mom_priv"))) {
            steps.addAll(momSteps());
        }
        return steps;
    }

    private List<Step> serverSteps() {
        Path hooks = prefix.resolve("lib/ckpt/pbs");
        return List.of(
                new ResourceStep(commands, "ckpt", "boolean"),
                new ResourceStep(commands, "ckpt_interval", "long"),
                new HookStep(commands, "ckpt_srv", SERVER_EVENTS, hooks),
                new HookStep(commands, "ckpt_exec", EXEC_EVENTS, hooks),
                new SettingStep(
                        commands,
                        "sched",
                        "preempt_order",
                        value -> !value.contains("C") && !value.contains("D"),
                        "\"R\"",
                        "deletion (D) loses the job, checkpoint (C) fails where MoM has no $action for it; requeue (R) is what"
                                + " continues"),
                new SettingStep(
                        commands,
                        "server",
                        "job_requeue_timeout",
                        value -> SettingStep.seconds(value) >= 600,
                        "600",
                        "qrerun gives up waiting after 45 seconds, although the rerun goes on"),
                new SettingStep(
                        commands,
                        "server",
                        "node_fail_requeue",
                        value -> SettingStep.seconds(value) > 0 && SettingStep.seconds(value) <= 120,
                        "60",
                        "jobs of a dead host wait 310 seconds, or for ever when it is 0"));
    }

    private List<Step> momSteps() {
        Path action = prefix.resolve("libexec/ckpt/pbs-action");
        Path config = conf.home().resolve("mom_priv/config");
        return List.of(
                new TrustedStep(action),
                new MomConfigStep(conf.home(), action),
                new AttachStep(conf.exec().resolve("bin/pbs_attach")),
                UnwantedLineStep.periodic(config),
                UnwantedLineStep.holdWithoutRelease(config),
                UnwantedLineStep.transmogrify(config),
                new PollStep(config));
    }
}
