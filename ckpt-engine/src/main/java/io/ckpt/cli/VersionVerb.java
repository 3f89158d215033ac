package io.ckpt.cli;

import io.ckpt.v1.GetNodeRequest;
import io.ckpt.v1.Node;
import picocli.CommandLine.Command;

/** {@code ckptctl version}. */
@Command(
        name = "version",
        header = "Show the versions of ckptctl and of the engine.",
        description = {"", "The engine is the daemon's, or the one in ckptctl where no daemon runs.", ""},
        sortOptions = false)
final class VersionVerb extends Verb {
    @Override
    int run(Connection connection, Screen screen) {
        Node node =
                connection.nodes().getNode(GetNodeRequest.getDefaultInstance()).getNode();
        screen.answer(node, out -> {
            out.println("ckptctl " + Ckptctl.version());
            out.println("engine  " + node.getVersion() + " on " + node.getHostname() + ", Linux "
                    + node.getKernelRelease());
        });
        return 0;
    }
}
