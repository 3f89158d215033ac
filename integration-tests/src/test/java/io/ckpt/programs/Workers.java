package io.ckpt.programs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A JVM at work: a pool of threads, a timer, and enough garbage to keep the collector going. */
final class Workers {
    private static final int THREADS = 4;

    private final Path directory;
    private final AtomicLong ticks = new AtomicLong();

    private Workers(Path directory) {
        this.directory = directory;
    }

    public static void main(String[] arguments) throws Exception {
        new Workers(Path.of(arguments[0])).run();
    }

    private void run() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        Executors.newSingleThreadScheduledExecutor()
                .scheduleAtFixedRate(ticks::incrementAndGet, 1, 1, TimeUnit.MILLISECONDS);
        String verdict = "ok";
        for (int round = 1; verdict.equals("ok") && (round < 20 || !heard("go")); round++) {
            verdict = check(pool, round);
            if (round == 10) {
                say("ready", "");
            }
        }
        long before = ticks.get();
        TimeUnit.MILLISECONDS.sleep(200);
        say("verdict", ticks.get() > before ? verdict : "the timer stands still");
        System.exit(0);
    }

    private static String check(ExecutorService pool, int round) throws Exception {
        List<Callable<Long>> tasks = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            tasks.add(() -> sumOfStrings(10_000));
        }
        for (Future<Long> sum : pool.invokeAll(tasks)) {
            if (sum.get() != 49_995_000L) {
                return "round " + round + ": the sum is " + sum.get();
            }
        }
        return "ok";
    }

    private static long sumOfStrings(int count) {
        List<String> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(Integer.toString(i));
        }
        return numbers.stream().mapToLong(Long::parseLong).sum();
    }

    private boolean heard(String event) {
        return Files.exists(directory.resolve(event));
    }

    private void say(String event, String text) throws IOException {
        Path pending = Files.writeString(directory.resolve(".pending-" + event), text);
        Files.move(pending, directory.resolve(event), StandardCopyOption.ATOMIC_MOVE);
    }
}
