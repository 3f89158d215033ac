package io.ckpt.freeze;

import static org.awaitility.Awaitility.await;

import io.ckpt.kernel.SystemCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The program {@code waiter.c}: it waits in one system call and exits with 0 when the call returned undisturbed. */
final class Waiter implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(20);
    private final NativeProcess process;

    private Waiter(NativeProcess process) {
        this.process = process;
    }

    static Path compile(Path directory) {
        try {
            Path source = Path.of(Waiter.class.getResource("/freeze/waiter.c").toURI());
            Path program = directory.resolve("waiter");
            NativeProcess compiler = NativeProcess.start(
                    Launch.of(Path.of("/usr/bin/gcc"), "-O1", "-pthread", "-o", program.toString(), source.toString()));
            if (compiler.waitFor(Duration.ofMinutes(1)).orElse(-1) != 0) {
                throw new UncheckedIOException(new IOException("gcc " + source));
            }
            return program;
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts the program and waits until all its threads sleep in {@code call}. */
    static Waiter in(Path program, String mode, int milliseconds, int call) {
        Waiter waiter = started(program, mode, milliseconds);
        await().atMost(SOON).pollInterval(Duration.ofMillis(2)).until(() -> waiter.call() == call);
        return waiter;
    }

    static Waiter started(Path program, String mode, int milliseconds) {
        return new Waiter(NativeProcess.start(
                Launch.of(program, mode, Integer.toString(milliseconds)).inNewSession()));
    }

    int pid() {
        return process.pid();
    }

    /** Number of the call that every thread of it sleeps in, -1 when one runs or they differ. */
    int call() {
        List<Integer> calls = ProcFiles.numbers(pid() + "/task").stream()
                .map(tid -> call(pid() + "/task/" + tid))
                .distinct()
                .toList();
        return calls.size() == 1 ? calls.get(0) : -1;
    }

    private static int call(String task) {
        String text = ProcFiles.tryText(task + "/syscall").orElse("");
        return text.matches("\\d+ .*\\n") ? Integer.parseInt(text.substring(0, text.indexOf(' '))) : -1;
    }

    /** Its wait status, once it has ended. */
    int end() {
        return process.waitFor(SOON)
                .orElseThrow(() -> new AssertionError(
                        "still in " + SystemCall.name(call()) + ", " + ProcFiles.text(pid() + "/status")));
    }

    void signal(int signal) {
        process.signal(signal);
    }

    @Override
    public void close() {
        process.close();
    }
}
