package io.ckpt.pbs;

import io.ckpt.fault.Fault;
import io.ckpt.scheduler.Setup.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A line of MoM's configuration that loses jobs.
 *
 * @param line its first words
 * @param unless first words of another line with which it does no harm; empty for none
 */
record UnwantedLineStep(Path config, String line, String unless, String harm, String cure) implements Step {
    static UnwantedLineStep periodic(Path config) {
        return new UnwantedLineStep(
                config,
                "$action checkpoint",
                "",
                "a job it has marked stays in state R for ever after a restart of MoM, until somebody calls qrerun",
                "remove the line and send MoM a SIGHUP; ckptd takes periodic checkpoints by itself");
    }

    static UnwantedLineStep holdWithoutRelease(Path config) {
        return new UnwantedLineStep(
                config,
                "$action checkpoint_abort",
                "$action restart",
                "there is no $action restart with it, and a job that is held ends with -2 when it is released",
                "add $action restart as ckpt's documentation has it, and send MoM a SIGHUP");
    }

    static UnwantedLineStep transmogrify(Path config) {
        return new UnwantedLineStep(
                config,
                "$restart_transmogrify True",
                "",
                "MoM takes the walltime of a job that it restarts so for over, and ends it",
                "remove the line and send MoM a SIGHUP; ckpt needs it nowhere");
    }

    @Override
    public String name() {
        return "no " + line + (unless.isEmpty() ? "" : " alone") + " in " + config;
    }

    @Override
    public Optional<String> fault() {
        return isThere(line) && (unless.isEmpty() || !isThere(unless)) ? Optional.of(harm) : Optional.empty();
    }

    private boolean isThere(String words) {
        try {
            return Files.exists(config)
                    && Files.readAllLines(config).stream()
                            .map(each -> each.strip().replaceAll("\\s+", " ") + " ")
                            .anyMatch(each -> each.startsWith(words + " "));
        } catch (IOException e) {
            throw Fault.io("read " + config, e);
        }
    }

    @Override
    public List<String> remedy() {
        return List.of(cure);
    }
}
