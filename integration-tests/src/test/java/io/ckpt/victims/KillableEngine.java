package io.ckpt.victims;

import static org.awaitility.Awaitility.await;

import io.ckpt.progress.Progress.Phase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * An engine as a site has it, from the installation tree, that can be killed in the middle of its work: the one in a
 * ckptctl, or the one of a ckptd that a ckptctl asks. It shares store and key with {@link Journeys}.
 */
final class KillableEngine implements AutoCloseable {
    private static final Path INSTALLED =
            Path.of("../target/install").toAbsolutePath().normalize();
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** Where the engine lives. */
    enum Home {
        CKPTCTL,
        CKPTD
    }

    private final Home home;
    private final Path directory;
    private final Path config;
    private Process daemon;
    private Process stopped;

    /** @param settings more lines of its configuration */
    KillableEngine(Home home, Journeys journeys, String... settings) {
        this.home = home;
        this.directory = journeys.directory();
        this.config = journeys.config(settings);
        if (home == Home.CKPTD) {
            makeStore(directory.resolve("store"));
            startDaemon();
        }
    }

    /** Nobody makes the store of a site but the site. */
    private static void makeStore(Path store) {
        if (!Files.exists(store)) {
            Run.directory(store, "rwx------");
        }
    }

    static boolean isInstalled() {
        return Files.isExecutable(INSTALLED.resolve("sbin/ckptd"));
    }

    /** Has a command run until a phase begins and kills the engine a while later; false when it was done before. */
    boolean killIn(Phase phase, Duration after, String... words) {
        Process command = start(words);
        boolean begun = awaitBegin(phase, command);
        LockSupport.parkNanos(after.toNanos());
        boolean alive = begun && command.isAlive();
        kill(home == Home.CKPTD ? daemon : command);
        ended(command);
        if (home == Home.CKPTD) {
            startDaemon();
        }
        return alive;
    }

    /** Has a command run until a phase is over, and holds the engine still there and then; false when it did not come to that. */
    boolean stopAfter(Phase phase, String... words) {
        Process command = start(words);
        BufferedReader said =
                new BufferedReader(new InputStreamReader(command.getErrorStream(), StandardCharsets.UTF_8));
        String name = phase.name().toLowerCase(Locale.ROOT);
        boolean reached = said.lines().anyMatch(line -> line.startsWith("ckptctl: " + name));
        stopped = home == Home.CKPTD ? daemon : command;
        signal("-STOP", stopped);
        return reached;
    }

    /** Has a command run by small steps, and holds the engine still when something is seen in between; false when it never was. */
    boolean stopWhen(BooleanSupplier seen, String... words) {
        Process command = start(words);
        stopped = home == Home.CKPTD ? daemon : command;
        while (command.isAlive() && pending().isEmpty()) {
            Thread.onSpinWait();
        }
        signal("-STOP", stopped);
        while (command.isAlive() && !seen.getAsBoolean()) {
            call("sh", "-c", "kill -CONT $0; sleep 0.001; kill -STOP $0", Long.toString(stopped.pid()));
        }
        return command.isAlive();
    }

    /** Kills an engine that is held still. */
    void killStopped() {
        kill(stopped);
    }

    /** Kills the daemon where it stands, and starts another. */
    void replaceDaemon() {
        kill(daemon);
        startDaemon();
    }

    /** What a command answers. */
    String ask(String... words) {
        Process command = start(words);
        try {
            command.getErrorStream().transferTo(OutputStream.nullOutputStream());
            return command.inputReader().lines().collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            ended(command);
        }
    }

    /** A command that has its job looked after by the daemon. */
    List<String> protectedJob(String name, int generation, List<String> command) {
        List<String> words = new ArrayList<>(List.of(
                INSTALLED.resolve("libexec/ckpt/ckpt-run").toString(),
                "--socket",
                directory.resolve("notify.sock").toString(),
                "--job",
                name,
                "--generation",
                Integer.toString(generation),
                "--interval",
                "1",
                "--"));
        words.addAll(command);
        return words;
    }

    private static void signal(String signal, Process process) {
        call("kill", signal, Long.toString(process.pid()));
    }

    private static void call(String... command) {
        try {
            new ProcessBuilder(command).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Phases tell of their end only; the first one can be seen by what it makes. */
    private boolean awaitBegin(Phase phase, Process command) {
        if (phase == Phase.FREEZE) {
            await().pollInterval(Duration.ofMillis(1))
                    .atMost(PATIENCE)
                    .until(() -> !command.isAlive() || !pending().isEmpty());
            return command.isAlive();
        }
        String before = Phase.values()[phase.ordinal() - 1].name().toLowerCase(Locale.ROOT);
        BufferedReader said =
                new BufferedReader(new InputStreamReader(command.getErrorStream(), StandardCharsets.UTF_8));
        return said.lines().anyMatch(line -> line.startsWith("ckptctl: " + before));
    }

    /** What is being written, or was left behind; other files come and go meanwhile. */
    List<Path> pending() {
        List<Path> pending = new ArrayList<>();
        try {
            Files.walkFileTree(directory, Set.of(), 4, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes about) {
                    if (path.getFileName().toString().startsWith(".pending-")) {
                        pending.add(path);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path path, IOException gone) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path path, IOException gone) {
                    return FileVisitResult.CONTINUE;
                }
            });
            return pending;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Programs of the installation that run: the parents of what is being restarted, and the restorers. */
    static List<Long> programs() {
        return ProcessHandle.allProcesses()
                .filter(KillableEngine::isInstalledProgram)
                .map(ProcessHandle::pid)
                .toList();
    }

    private static boolean isInstalledProgram(ProcessHandle process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/exe"))
                    .startsWith(INSTALLED.resolve("libexec"));
        } catch (IOException gone) {
            return false;
        }
    }

    private Process start(String... words) {
        List<String> command =
                new ArrayList<>(List.of(INSTALLED.resolve("bin/ckptctl").toString()));
        command.addAll(home == Home.CKPTD ? List.of("--socket", socket().toString()) : List.of("--embedded"));
        command.addAll(List.of(words));
        return launch(command, ProcessBuilder.Redirect.PIPE);
    }

    private void startDaemon() {
        daemon = launch(
                List.of(INSTALLED.resolve("sbin/ckptd").toString(), "--config", config.toString()),
                ProcessBuilder.Redirect.appendTo(directory.resolve("ckptd.log").toFile()));
        await().atMost(PATIENCE).until(this::answers);
    }

    private boolean answers() {
        try (SocketChannel open = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            return open.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private Process launch(List<String> command, ProcessBuilder.Redirect errors) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("CKPT_CONFIG", config.toString());
        try {
            return builder.redirectError(errors).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path socket() {
        return directory.resolve("ckptd.sock");
    }

    private static void kill(Process process) {
        process.destroyForcibly();
        ended(process);
    }

    private static void ended(Process process) {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(process.info().commandLine().orElse("a command") + " does not end");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        if (stopped != null) {
            kill(stopped);
        }
        if (daemon != null) {
            kill(daemon);
        }
    }
}
