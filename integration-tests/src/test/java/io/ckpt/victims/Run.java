package io.ckpt.victims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Assumptions;

/**
 * One run of a program in a directory of its own, below a launcher that reaps what it leaves behind. Events are files
 * of that directory, so that a run goes on through kill and restart. Closing it ends every process that works in the
 * directory and removes it.
 */
final class Run implements AutoCloseable {
    private static final Path LAUNCHER = Path.of("target/launch").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Path directory;
    private final int pid;

    private Run(Path directory, int pid) {
        this.directory = directory;
        this.pid = pid;
    }

    /** Starts a victim where any user can reach it: its only argument is the directory. */
    static Run of(Victim victim) {
        Path directory = freshDirectory("victim-", "rwxrwxrwx");
        Path program = directory.resolve("victim");
        try {
            Files.copy(victim.program(), program, StandardCopyOption.COPY_ATTRIBUTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return start(directory, List.of(program.toString(), directory.toString()));
    }

    /** Starts any program that keeps the victims' contract; {@code %d} in an argument is the directory. */
    static Run of(List<String> command) {
        Path directory = freshDirectory("program-", "rwxrwxrwx");
        return start(
                directory,
                command.stream()
                        .map(word -> word.replace("%d", directory.toString()))
                        .toList());
    }

    /** Has a job that is gone go on in the same directory. */
    Run again(List<String> command) {
        awaitThat("status", () -> exists("status"));
        remove(directory.resolve("status"));
        return start(
                directory,
                command.stream()
                        .map(word -> word.replace("%d", directory.toString()))
                        .toList());
    }

    private static Run start(Path directory, List<String> command) {
        List<String> words = new ArrayList<>(List.of(LAUNCHER.toString(), directory.toString()));
        words.addAll(command);
        try {
            Process launcher = new ProcessBuilder(words)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader said =
                    new BufferedReader(new InputStreamReader(launcher.getInputStream(), StandardCharsets.US_ASCII));
            return new Run(directory, Integer.parseInt(said.readLine()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path freshDirectory(String prefix, String permissions) {
        try {
            return directory(Files.createTempDirectory(prefix), permissions);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A directory with exactly these permissions, made when it is missing. */
    static Path directory(Path directory, String permissions) {
        try {
            Files.createDirectories(directory);
            return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int pid() {
        return pid;
    }

    Path directory() {
        return directory;
    }

    /** Waits until the program is ready; a program that cannot run here skips the test. */
    Run awaitReady() {
        awaitThat(
                "ready",
                () -> exists("ready")
                        || exists("verdict")
                        || exists("status") && processes().isEmpty());
        if (exists("verdict")) {
            Assumptions.assumeFalse(text("verdict").startsWith("skip: "), () -> text("verdict"));
        }
        assertThat(exists("ready")).as("ready; verdict: %s", verdictSoFar()).isTrue();
        return this;
    }

    /** False for a program that says or ends before that it cannot. */
    boolean getsReady() {
        awaitThat("ready", () -> exists("ready") || exists("verdict") || exists("status"));
        return exists("ready");
    }

    /** Words that the refusal of a checkpoint must contain; empty when it must work. */
    List<String> expectedRefusal() {
        String text = text("ready");
        return text.startsWith("refusal ")
                ? List.of(text.substring("refusal ".length()).split("&"))
                : List.of();
    }

    /** Tells the program to go on and verify; what it says then. */
    String verdict() {
        assertThat(exists("verdict"))
                .as("spoke before it was asked: %s", verdictSoFar())
                .isFalse();
        say("go");
        return verdictAfterGo();
    }

    /** The same of a program that was told before. */
    String verdictAfterGo() {
        awaitThat("verdict", () -> exists("verdict"));
        awaitGone();
        return text("verdict");
    }

    void say(String event) {
        try {
            Files.createFile(directory.resolve(event));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean exists(String event) {
        return Files.exists(directory.resolve(event));
    }

    /** Pids of everything that works in the directory, zombies not included. */
    List<Integer> processes() {
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .map(Integer::valueOf)
                    .filter(this::worksHere)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One of its threads does: the first may have ended before the others. */
    private boolean worksHere(int process) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + process + "/task"))) {
            return tasks.anyMatch(task -> isHere(task.resolve("cwd")));
        } catch (IOException gone) {
            return false;
        }
    }

    private boolean isHere(Path link) {
        try {
            return Files.readSymbolicLink(link).startsWith(directory);
        } catch (IOException gone) {
            return false;
        }
    }

    /** Kills every process of the run and waits until none is left. */
    void kill() {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> {
            List<Integer> left = processes();
            signal("-STOP", left);
            signal("-KILL", left);
            return left.isEmpty();
        });
    }

    private static void signal(String signal, List<Integer> processes) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "kill \"$@\" 2>/dev/null", "kill", signal));
        processes.forEach(process -> command.add(Integer.toString(process)));
        try {
            new ProcessBuilder(command).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until no process of the run is left. */
    void awaitGone() {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).untilAsserted(() -> assertThat(processes())
                .as("processes left")
                .isEmpty());
    }

    private void awaitThat(String what, Callable<Boolean> condition) {
        try {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("no " + what + "; the processes:\n" + portrait(), e);
        }
    }

    /** What each process and thread of the run does right now. */
    String portrait() {
        StringBuilder text = new StringBuilder();
        for (int process : processes()) {
            text.append(process)
                    .append(": ")
                    .append(proc(process, "stat").strip())
                    .append('\n');
            try (Stream<Path> tasks = Files.list(Path.of("/proc/" + process + "/task"))) {
                tasks.map(task -> process + "/task/" + task.getFileName()).forEach(task -> text.append("  ")
                        .append(task)
                        .append(' ')
                        .append(proc(task, "wchan").strip())
                        .append(' ')
                        .append(proc(task, "syscall")));
            } catch (IOException gone) {
                text.append("  gone\n");
            }
        }
        return text.toString();
    }

    private static String proc(Object task, String name) {
        try {
            return Files.readString(Path.of("/proc/" + task + "/" + name), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "?\n";
        }
    }

    private String verdictSoFar() {
        return exists("verdict") ? text("verdict") : exists("status") ? text("status") : "none";
    }

    private String text(String event) {
        try {
            return Files.readString(directory.resolve(event));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
        remove(directory);
    }

    static void remove(Path tree) {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
