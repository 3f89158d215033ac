package io.ckpt.pbs;

import io.ckpt.fault.Fault;
import io.ckpt.scheduler.SchedulerCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs the commands of PBS, from where they are usually installed or else from the path. */
class PbsCommands {
    private static final String QMGR = "qmgr -c '";
    private static final List<Path> DIRECTORIES = List.of(Path.of("/opt/pbs/bin"), Path.of("/usr/bin"));
    private static final SchedulerCommand COMMAND = new SchedulerCommand(
            Map.of(),
            List.of("Unknown Job Id", "Unknown node"),
            20,
            "look whether pbs_server runs and root of this node may talk to it (qstat -B)");

    /** What it printed; faults as of {@link SchedulerCommand#run}. */
    String run(String name, String... arguments) {
        return COMMAND.run(program(name), arguments);
    }

    /** The line of shell that does it. */
    static String qmgr(String command) {
        return QMGR + command + "'";
    }

    /** Runs lines that {@link #qmgr} made. */
    void runAll(List<String> lines) {
        lines.forEach(line -> run("qmgr", "-c", line.substring(QMGR.length(), line.length() - 1)));
    }

    /** What qmgr lists of an object of the server's; empty where it is not there. */
    Optional<String> listed(String object) {
        try {
            return Optional.of(run("qmgr", "-c", "list " + object));
        } catch (Fault unknown) {
            return Optional.empty();
        }
    }

    private static String program(String name) {
        Stream<Path> places = DIRECTORIES.stream().map(directory -> directory.resolve(name));
        return places.filter(Files::isExecutable)
                .findFirst()
                .map(Path::toString)
                .orElse(name);
    }
}
