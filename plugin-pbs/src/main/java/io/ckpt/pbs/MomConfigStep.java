package io.ckpt.pbs;

import io.ckpt.fault.Fault;
import io.ckpt.scheduler.Setup.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The line of mom_priv/config that has MoM call us before it ends a job. */
record MomConfigStep(Path home, Path action) implements Step {
    private static final int SECONDS = 600;

    @Override
    public String name() {
        return "$action terminate in " + config();
    }

    @Override
    public Optional<String> fault() {
        if (lines().contains(line())) {
            return Optional.empty();
        }
        return Optional.of(
                lines().stream().anyMatch(MomConfigStep::isTerminate)
                        ? "is another one"
                        : "is not there: MoM kills jobs at once");
    }

    @Override
    public List<String> remedy() {
        return List.of("write into " + config() + ": " + line(), "kill -HUP $(cat " + lock() + ")");
    }

    @Override
    public boolean isOurs() {
        return true;
    }

    @Override
    public void apply() {
        List<String> lines = others();
        lines.add(line());
        write(lines);
    }

    @Override
    public void undo() {
        write(others());
    }

    private List<String> others() {
        return new ArrayList<>(
                lines().stream().filter(line -> !isTerminate(line)).toList());
    }

    private static boolean isTerminate(String line) {
        return line.matches("\\$action\\s+terminate\\s.*");
    }

    private String line() {
        return "$action terminate " + SECONDS + " !" + action + " terminate %jobid %sid %taskid %uid %gid " + SECONDS;
    }

    private Path config() {
        return home.resolve("mom_priv/config");
    }

    private Path lock() {
        return home.resolve("mom_priv/mom.lock");
    }

    private List<String> lines() {
        try {
            return Files.exists(config()) ? Files.readAllLines(config()) : List.of();
        } catch (IOException e) {
            throw Fault.io("read " + config(), e);
        }
    }

    /** MoM reads it again at a SIGHUP, and believes no file that others could write. */
    private void write(List<String> lines) {
        Path draft = config().resolveSibling("config.ckpt");
        try {
            Files.write(draft, lines);
            Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(draft, config(), StandardCopyOption.ATOMIC_MOVE);
            hangUp();
        } catch (IOException e) {
            throw Fault.io("write " + config(), e);
        }
    }

    private void hangUp() throws IOException {
        if (Files.exists(lock())) {
            String pid = Files.readString(lock()).strip();
            new ProcessBuilder("kill", "-HUP", pid).inheritIO().start();
        }
    }
}
