package io.ckpt.image;

import io.ckpt.fault.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** Does many like things on a few threads. The first failure stops all and is thrown. */
public final class Shares {
    private Shares() {}

    /** What one thread has for its share: buffers, contexts. */
    public interface Worker extends AutoCloseable {
        void accept(int index);

        @Override
        default void close() {}
    }

    /** A worker and what it gives back in the end. */
    public static Worker worker(IntConsumer work, Runnable end) {
        return new Worker() {
            @Override
            public void accept(int index) {
                work.accept(index);
            }

            @Override
            public void close() {
                end.run();
            }
        };
    }

    /**
     * Calls workers, one per thread, with every number from 0 to {@code count} - 1, each once. When this returns, be it by
     * a fault, none works any more: what they work on may be gone next.
     */
    public static void run(int threads, int count, String name, Supplier<Worker> workers) {
        run(task -> new Thread(task, name), threads, count, name, workers);
    }

    /** The same with no more threads than are allowed, and each as it is allowed. */
    public static void run(Allowance allowance, int threads, int count, String name, Supplier<Worker> workers) {
        ThreadFactory factory = task -> new Thread(
                () -> {
                    allowance.begun();
                    task.run();
                },
                name);
        run(factory, allowance.threads(threads), count, name, workers);
    }

    /** The same while a job stands still: before all that only makes its checkpoint durable. */
    public static void runUrgently(int threads, int count, String name, Supplier<Worker> workers) {
        run(task -> urgent(task, name), threads, count, name, workers);
    }

    /** A thread that a job which stands still waits for. */
    @SuppressWarnings("ThreadPriorityCheck") // for speed, not for being right
    public static Thread urgent(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.setPriority(Thread.MAX_PRIORITY);
        return thread;
    }

    private static void run(ThreadFactory factory, int threads, int count, String name, Supplier<Worker> workers) {
        AtomicInteger next = new AtomicInteger();
        ExecutorService executor = Executors.newFixedThreadPool(threads, factory);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < Math.min(threads, count); i++) {
                all.add(executor.submit(() -> work(next, count, workers)));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Fault.internal("interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Fault fault ? fault : Fault.internal(name + " stopped", e.getCause());
        } finally {
            executor.shutdownNow();
            awaitEnd(executor);
        }
    }

    private static void awaitEnd(ExecutorService executor) {
        boolean interrupted = false;
        while (!executor.isTerminated()) {
            try {
                executor.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void work(AtomicInteger next, int count, Supplier<Worker> workers) {
        try (Worker worker = workers.get()) {
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                worker.accept(i);
            }
        } catch (RuntimeException | Error e) {
            next.set(count);
            throw e;
        }
    }
}
