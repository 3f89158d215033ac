package io.ckpt.cli;

import io.ckpt.fault.FaultCode;
import io.ckpt.v1.ListNodesRequest;
import io.ckpt.v1.ListNodesResponse;
import io.ckpt.v1.NodeFit;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ckptctl nodes}. */
@Command(
        name = "nodes",
        header = "Name the nodes that a checkpoint can be restarted on.",
        description = {
            "",
            "Compares what a checkpoint needs with what the daemon of each node has told of its kernel and its "
                    + "processor, beside the site's store. Files are looked at by restart --dry-run on the node itself. "
                    + "Exits with 69 when no node qualifies.",
            "",
            "BEAT is when the daemon of the node last said that it lives; one that is silent counts as dead.",
            ""
        },
        sortOptions = false,
        footerHeading = "%nExamples%n",
        footer = {"  ckptctl nodes 4711@latest", "  ckptctl nodes 4711-20260102T150405Z-7f3a --json"})
final class NodesVerb extends Verb {
    @Mixin
    private CheckpointChoice checkpoint = new CheckpointChoice();

    @Override
    int run(Connection connection, Screen screen) {
        ListNodesResponse answer = connection
                .nodes()
                .listNodes(
                        ListNodesRequest.newBuilder().setRef(checkpoint.ref()).build());
        screen.answer(answer, out -> print(answer.getNodesList(), out));
        boolean any = answer.getNodesList().stream().anyMatch(node -> node.getObstaclesCount() == 0);
        return any ? 0 : FaultCode.UNSUPPORTED_NODE.exitStatus();
    }

    private static String beat(NodeFit node) {
        String time = node.hasBeatTime() ? Quantity.time(node.getBeatTime()) : "-";
        return node.getSilent() ? time + ", silent" : time;
    }

    private static void print(List<NodeFit> nodes, PrintWriter out) {
        Table table = new Table("NODE", "KERNEL", "BEAT", "QUALIFIES");
        nodes.forEach(node -> table.row(
                node.getName(),
                node.getKernelRelease(),
                beat(node),
                node.getObstaclesCount() == 0 ? "yes" : "no: " + String.join("; ", node.getObstaclesList())));
        table.print(out);
    }
}
