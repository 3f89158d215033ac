package io.ckpt.pbs;

import io.ckpt.scheduler.Setup.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The program of PBS's by which the sessions of a job become tasks of it. */
record AttachStep(Path program) implements Step {
    @Override
    public String name() {
        return "program " + program;
    }

    @Override
    public Optional<String> fault() {
        return Files.isExecutable(program)
                ? Optional.empty()
                : Optional.of(
                        "is not there: what jobs use under ckpt is not accounted for, and qsig does not reach them");
    }

    @Override
    public List<String> remedy() {
        return List.of("set PBS_EXEC in pbs.conf to where PBS is installed");
    }
}
