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
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The line of mom_priv/config that has MoM call us before it ends a job. */
record MomConfigStep(Path home, Path action) implements Step {
    private static final int SECONDS = 600;
    private static final String KEPT = "#before ckpt# ";

    @Override
    public String name() {
        return "$action terminate in " + config();
    }

    @Override
    public Optional<String> fault() {
        if (lines().contains(line())) {
            return Optional.empty();
        }
        return Optional.of(lines().stream()
                .filter(MomConfigStep::isTerminate)
                .findFirst()
                .map(line -> isOurTerminate(line)
                        ? "is that of another installation of ckpt"
                        : "is another one: it is kept as a comment until ckpt is removed")
                .orElse("is not there: MoM kills jobs at once"));
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
    public boolean isThere() {
        return lines().stream().anyMatch(MomConfigStep::isOurTerminate);
    }

    /** The site's own line is kept for {@link #undo}. */
    @Override
    public void apply() {
        List<String> lines = others(line -> isTerminate(line) ? KEPT + line : line);
        lines.add(line());
        write(lines);
    }

    @Override
    public void undo() {
        write(others(line -> line.startsWith(KEPT) ? line.substring(KEPT.length()) : line));
    }

    private List<String> others(UnaryOperator<String> change) {
        return lines().stream()
                .filter(line -> !isOurTerminate(line))
                .map(change)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static boolean isOurTerminate(String line) {
        return isTerminate(line) && line.contains("/pbs-action ");
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
