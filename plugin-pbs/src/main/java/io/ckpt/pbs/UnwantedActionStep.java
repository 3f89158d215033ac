package io.ckpt.pbs;

import io.ckpt.fault.Fault;
import io.ckpt.scheduler.Setup.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code $action checkpoint} marks a job for MoM, which then runs for ever when MoM is restarted. */
record UnwantedActionStep(Path config) implements Step {
    @Override
    public String name() {
        return "no $action checkpoint in " + config;
    }

    @Override
    public Optional<String> fault() {
        try {
            boolean there = Files.exists(config)
                    && Files.readAllLines(config).stream()
                            .anyMatch(line -> line.matches("\\$action\\s+checkpoint\\s.*"));
            return there
                    ? Optional.of("there is one: a job it has marked stays in state R for ever after a restart of MoM")
                    : Optional.empty();
        } catch (IOException e) {
            throw Fault.io("read " + config, e);
        }
    }

    @Override
    public List<String> remedy() {
        return List.of("remove the line and send MoM a SIGHUP; ckptd takes periodic checkpoints by itself");
    }
}
