package io.ckpt.cli;

import io.ckpt.fault.FaultCode;
import io.ckpt.v1.Check;
import io.ckpt.v1.ExamineJobRequest;
import io.ckpt.v1.ExamineJobResponse;
import io.ckpt.v1.GetNodeRequest;
import io.ckpt.v1.Node;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;

/** {@code ckptctl doctor}. */
@Command(
        name = "doctor",
        header = "Examine this node, or a job.",
        description = {
            "",
            "Checks everything a checkpoint or a restart needs here: kernel, processor, privileges, store, seal. Every "
                    + "finding comes with its way out. Exits with 69 when something is missing.",
            "",
            "Of a job it tells what a checkpoint would refuse and what it would warn of. What a job has open and how it "
                    + "uses it shows only while it stands still, so the job is stopped as a checkpoint would stop it, "
                    + "described, and let go, which takes some milliseconds; nothing is copied or stored. Exits with 69 "
                    + "when something would be refused.",
            ""
        },
        sortOptions = false,
        footerHeading = "%nExamples%n",
        footer = {"  ckptctl doctor", "  ckptctl doctor --json", "  ckptctl doctor --pid 1234"})
final class DoctorVerb extends Verb {
    @ArgGroup
    private TargetChoice target;

    @Override
    int run(Connection connection, Screen screen) {
        return target == null ? examineNode(connection, screen) : examineJob(connection, screen);
    }

    private static int examineNode(Connection connection, Screen screen) {
        Node node = connection
                .nodes()
                .getNode(GetNodeRequest.newBuilder().setWithChecks(true).build())
                .getNode();
        screen.answer(node, out -> print("CHECK", node.getChecksList(), out));
        return isIll(node.getChecksList()) ? FaultCode.UNSUPPORTED_NODE.exitStatus() : 0;
    }

    private int examineJob(Connection connection, Screen screen) {
        ExamineJobResponse found = connection.jobs().examineJob(request());
        screen.answer(found, out -> {
            if (found.getChecksCount() > 0) {
                print("OBJECT", found.getChecksList(), out);
            }
            out.println(sentence(found));
        });
        return isIll(found.getChecksList()) ? FaultCode.UNSUPPORTED_OBJECT.exitStatus() : 0;
    }

    private ExamineJobRequest request() {
        ExamineJobRequest.Builder request = ExamineJobRequest.newBuilder();
        target.tell(request::setJobId, request::setPid);
        return request.build();
    }

    private static String sentence(ExamineJobResponse found) {
        String verdict = isIll(found.getChecksList()) ? "cannot be checkpointed" : "can be checkpointed";
        return verdict + ": " + found.getProcessCount() + " processes, " + found.getThreadCount()
                + " threads; the job stood still for " + Quantity.duration(found.getFrozenDuration());
    }

    private static boolean isIll(List<Check> checks) {
        return checks.stream().anyMatch(check -> check.getLevel() == Check.Level.LEVEL_FAILURE);
    }

    private static void print(String heading, List<Check> checks, PrintWriter out) {
        Table table = new Table(heading, "RESULT", "FOUND", "WAY OUT");
        checks.forEach(check ->
                table.row(check.getName(), Quantity.word(check.getLevel()), check.getValue(), check.getRemedy()));
        table.print(out);
    }
}
