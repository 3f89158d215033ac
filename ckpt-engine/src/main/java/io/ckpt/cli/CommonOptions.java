package io.ckpt.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that every verb understands; they may stand before the verb or after it. */
final class CommonOptions {
    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            order = 101,
            description = "Write the answer as JSON, in the messages of the API; an error too.")
    private boolean json;

    @Option(
            names = "--socket",
            scope = ScopeType.INHERIT,
            order = 102,
            paramLabel = "PATH",
            description =
                    "Socket of the daemon; else the environment variable CKPT_SOCKET; else " + "/run/ckpt/ckptd.sock.")
    private Optional<Path> socket = Optional.empty();

    @Option(
            names = "--embedded",
            scope = ScopeType.INHERIT,
            order = 103,
            description = "Let the engine work in this process, whether a daemon runs or not. Only for root.")
    private boolean embedded;

    @Option(
            names = {"-h", "--help"},
            scope = ScopeType.INHERIT,
            order = 104,
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    boolean json() {
        return json;
    }

    Connection connect() {
        Optional<Path> environment =
                Optional.ofNullable(System.getenv("CKPT_SOCKET")).map(Path::of);
        return embedded ? Connection.embedded() : Connection.choose(socket.or(() -> environment));
    }
}
