package io.ckpt.pbs;

import io.ckpt.scheduler.SchedulerCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs the commands of PBS, from where they are usually installed or else from the path. */
class PbsCommands {
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

    private static String program(String name) {
        Stream<Path> places = DIRECTORIES.stream().map(directory -> directory.resolve(name));
        return places.filter(Files::isExecutable)
                .findFirst()
                .map(Path::toString)
                .orElse(name);
    }
}
