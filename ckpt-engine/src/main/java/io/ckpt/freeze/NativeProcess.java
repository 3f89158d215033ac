package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import io.ckpt.kernel.Signals;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A child of the engine, started past ProcessBuilder: its reaper thread would take the ptrace stops of a child for
 * exits. Closing kills and reaps a child that nobody has waited for. May be used from any thread.
 */
public final class NativeProcess implements AutoCloseable {
    private final int pid;
    private OptionalInt status = OptionalInt.empty();

    private NativeProcess(int pid) {
        this.pid = pid;
    }

    public static NativeProcess start(Launch launch) {
        List<String> environment = launch.environment().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
        int[] descriptors =
                launch.descriptors().stream().mapToInt(Integer::intValue).toArray();
        int pid = LibCkpt.spawn(
                NativeText.string(launch.program().toString()),
                NativeText.block(launch.arguments()),
                NativeText.block(environment),
                descriptors,
                descriptors.length,
                launch.newSession() ? 1 : 0);
        KernelAnswer.require(pid, () -> launch.program() + ": posix_spawn");
        return new NativeProcess(pid);
    }

    public int pid() {
        return pid;
    }

    /** Its wait(2) status once it has ended; empty when it has not within {@code limit}. */
    public synchronized OptionalInt waitFor(Duration limit) {
        if (status.isEmpty()) {
            int answer = LibCkpt.reap(pid, milliseconds(Optional.of(limit)));
            if (!Errno.ETIMEDOUT.is(answer)) {
                status = OptionalInt.of(KernelAnswer.require(answer, () -> "pid " + pid + ": waitpid"));
            }
        }
        return status;
    }

    /** Sends a signal to any process; nothing when it has ended. */
    public static void signal(int pid, int signal) {
        LibCkpt.kill(pid, signal);
    }

    /** Sends a signal, unless the child has been reaped. */
    public synchronized void signal(int signal) {
        if (status.isEmpty()) {
            KernelAnswer.require(LibCkpt.kill(pid, signal), () -> "pid " + pid + ": kill");
        }
    }

    @Override
    public synchronized void close() {
        signal(Signals.KILL);
        waitFor(Duration.ofSeconds(30));
    }

    /** For poll(2): -1 waits for ever. */
    static int milliseconds(Optional<Duration> limit) {
        return limit.map(duration -> (int) Math.min(duration.toMillis(), Integer.MAX_VALUE))
                .orElse(-1);
    }
}
