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
    private final int pidfd;
    private OptionalInt status = OptionalInt.empty();
    private boolean closed;

    private NativeProcess(int pid) {
        this.pid = pid;
        this.pidfd = KernelAnswer.require(LibCkpt.pidfdOpen(pid), () -> "pid " + pid + ": pidfd_open");
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
    public OptionalInt waitFor(Duration limit) {
        OptionalInt known = status();
        if (known.isPresent()) {
            return known;
        }
        int gone = LibCkpt.waitGone(pidfd, milliseconds(Optional.of(limit)));
        if (Errno.ETIMEDOUT.is(gone)) {
            return OptionalInt.empty();
        }
        KernelAnswer.require(gone, () -> "pid " + pid + ": poll of its pidfd");
        return reap();
    }

    private synchronized OptionalInt status() {
        return status;
    }

    private synchronized OptionalInt reap() {
        if (status.isEmpty()) {
            status = OptionalInt.of(KernelAnswer.require(LibCkpt.reap(pid, 0), () -> "pid " + pid + ": waitpid"));
        }
        return status;
    }

    /** Sends a signal to any process; nothing when it has ended. */
    public static void signal(int pid, int signal) {
        int error = LibCkpt.kill(pid, signal);
        if (!Errno.ESRCH.is(error)) {
            KernelAnswer.require(error, () -> "pid " + pid + ": kill(" + signal + ")");
        }
    }

    /** Sends a signal, unless the child has been reaped. */
    public synchronized void signal(int signal) {
        if (status.isEmpty()) {
            KernelAnswer.require(LibCkpt.kill(pid, signal), () -> "pid " + pid + ": kill");
        }
    }

    @Override
    public void close() {
        signal(Signals.KILL);
        waitFor(Duration.ofSeconds(30));
        closeDescriptor();
    }

    private synchronized void closeDescriptor() {
        if (!closed) {
            closed = true;
            LibCkpt.close(pidfd);
        }
    }

    /** For poll(2): -1 waits for ever. */
    static int milliseconds(Optional<Duration> limit) {
        return limit.map(duration -> (int) Math.min(duration.toMillis(), Integer.MAX_VALUE))
                .orElse(-1);
    }
}
