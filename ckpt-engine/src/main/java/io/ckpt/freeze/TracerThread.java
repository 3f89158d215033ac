package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.image.Shares;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The one thread that traces a job: ptrace(2) obeys only the thread that seized a task, and lets go of all tasks when
 * that thread ends. Whoever calls from another thread waits for it; what runs on it may call again.
 */
final class TracerThread implements AutoCloseable {
    private final ExecutorService executor;
    private Thread thread;

    /** Urgent, for threads that it lets go would hold it up in letting go the others. */
    TracerThread(String name) {
        executor = Executors.newSingleThreadExecutor(task -> {
            thread = Shares.urgent(task, name);
            return thread;
        });
    }

    <T> T call(Supplier<T> task) {
        if (Thread.currentThread() == thread) {
            return task.get();
        }
        try {
            return executor.submit(task::get).get();
        } catch (RejectedExecutionException e) {
            throw Fault.internal("the job has been let go before", e);
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Fault.internal("interrupted while a job is held", e);
        }
    }

    void run(Runnable task) {
        call(() -> {
            task.run();
            return null;
        });
    }

    /** Does one thing more and ends the thread, without waiting for it. */
    Future<?> closeAfter(Runnable last) {
        Future<?> done = executor.submit(last);
        executor.shutdown();
        return done;
    }

    /** Ends the thread, and so releases every task that it still holds. */
    @Override
    public void close() {
        executor.shutdown();
        boolean interrupted = false;
        while (!ended()) {
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean ended() {
        try {
            return executor.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static RuntimeException rethrown(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException exception ? exception : Fault.internal("tracing failed", cause);
    }
}
