package io.ckpt.cli;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.scheduler.SchedulerPlugin;
import io.ckpt.scheduler.Setup;
import io.ckpt.scheduler.Setup.Step;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ckptctl pbs}. */
@Command(
        name = "pbs",
        header = "Prepare PBS on this machine for ckpt.",
        description = {
            "",
            "Run as root on the server of PBS and on every execution host. What is there already is left as it is, so "
                    + "each may be run again at any time.",
            ""
        },
        sortOptions = false,
        footerHeading = "%nExamples%n",
        footer = {
            "  ckptctl pbs check",
            "  ckptctl pbs install --dry-run",
            "  ckptctl pbs install",
            "  ckptctl pbs remove"
        })
final class PbsVerb {
    @Spec
    private CommandSpec spec;

    @Command(name = "check", description = "Says what is missing or would lose a job, and the way out.%n")
    int check() {
        List<Step> wrong = wrong();
        wrong.forEach(step -> tell(step, "way out: "));
        out().println(wrong.isEmpty() ? "PBS is ready for ckpt." : wrong.size() + " found");
        return wrong.isEmpty() ? 0 : FaultCode.CONFIGURATION.exitStatus();
    }

    @Command(name = "install", description = "Puts in place what is missing; settings of the site are only told.%n")
    int install(@Option(names = "--dry-run", description = "Only say what would be done.") boolean dryRun) {
        for (Step step : wrong()) {
            tell(step, step.isOurs() ? "doing: " : "yours to decide: ");
            if (step.isOurs() && !dryRun) {
                step.apply();
            }
        }
        return 0;
    }

    @Command(name = "remove", description = "Takes back what install has put in place.%n")
    int remove(@Option(names = "--dry-run", description = "Only say what would be done.") boolean dryRun) {
        List<Step> steps = new ArrayList<>(setup().steps());
        Collections.reverse(steps);
        int status = 0;
        for (Step step : steps) {
            if (step.isOurs() && step.isThere()) {
                out().println("removing: " + step.name());
                status = Math.max(status, dryRun ? 0 : undo(step));
            }
        }
        return status;
    }

    /** What stays does not keep the rest from being removed. */
    private int undo(Step step) {
        try {
            step.undo();
            return 0;
        } catch (Fault fault) {
            out().println(step.name() + " stays: " + fault.getMessage());
            out().println("    way out: remove again when no job asks for it any more; " + fault.remedy());
            return fault.code().exitStatus();
        }
    }

    private void tell(Step step, String heading) {
        out().println(step.name() + ": " + step.fault().orElse(""));
        step.remedy().forEach(line -> out().println("    " + heading + line));
    }

    private static List<Step> wrong() {
        return setup().steps().stream().filter(step -> step.fault().isPresent()).toList();
    }

    private static Setup setup() {
        return SchedulerPlugin.setupOf("pbs");
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
