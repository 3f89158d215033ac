package io.ckpt.cli;

import io.ckpt.fault.FaultCode;
import io.ckpt.v1.Check;
import io.ckpt.v1.GetNodeRequest;
import io.ckpt.v1.Node;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code ckptctl doctor}. */
@Command(
        name = "doctor",
        header = "Examine this node.",
        description = {
            "",
            "Checks everything a checkpoint or a restart needs here: kernel, processor, privileges, store, seal. Every "
                    + "finding comes with its way out. Exits with 69 when something is missing.",
            ""
        },
        sortOptions = false,
        footerHeading = "%nExamples%n",
        footer = {"  ckptctl doctor", "  ckptctl doctor --json"})
final class DoctorVerb extends Verb {
    @Override
    int run(Connection connection, Screen screen) {
        Node node = connection
                .nodes()
                .getNode(GetNodeRequest.newBuilder().setWithChecks(true).build())
                .getNode();
        screen.answer(node, out -> print(node.getChecksList(), out));
        boolean ill = node.getChecksList().stream().anyMatch(check -> check.getLevel() == Check.Level.LEVEL_FAILURE);
        return ill ? FaultCode.UNSUPPORTED_NODE.exitStatus() : 0;
    }

    private static void print(List<Check> checks, PrintWriter out) {
        Table table = new Table("CHECK", "RESULT", "FOUND", "WAY OUT");
        checks.forEach(check ->
                table.row(check.getName(), Quantity.word(check.getLevel()), check.getValue(), check.getRemedy()));
        table.print(out);
    }
}
