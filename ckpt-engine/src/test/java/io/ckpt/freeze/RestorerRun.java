package io.ckpt.freeze;

import io.ckpt.plan.EncodedPlan;
import io.ckpt.plan.Plan;
import io.ckpt.plan.PlanEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real restorer at work on a plan. It finds the plan as descriptor 3 by way of this process's /proc entry. */
public final class RestorerRun implements AutoCloseable {
    public static final List<String> PID_NAMESPACE = List.of("unshare", "--pid", "--fork", "--kill-child");
    static final List<String> FIXED_ADDRESSES = List.of("setarch", "-R");

    private final RunningPlan plan;
    private final Process process;

    private RestorerRun(EncodedPlan encoded, List<String> around) {
        plan = RunningPlan.create(encoded);
        List<String> command = new ArrayList<>(around);
        Path restorer =
                Path.of(System.getProperty("ckpt.native"), "ckpt-restorer").toAbsolutePath();
        long pid = ProcessHandle.current().pid();
        command.addAll(
                List.of("sh", "-c", "exec 3<>/proc/%d/fd/%d && exec %s".formatted(pid, plan.descriptor(), restorer)));
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            plan.close();
            throw new UncheckedIOException(e);
        }
    }

    public static RestorerRun of(Plan plan) {
        return new RestorerRun(PlanEncoder.encode(plan), List.of());
    }

    static RestorerRun of(EncodedPlan plan) {
        return new RestorerRun(plan, List.of());
    }

    public static RestorerRun of(Plan plan, List<String> around) {
        return new RestorerRun(PlanEncoder.encode(plan), around);
    }

    public RunningPlan plan() {
        return plan;
    }

    long pid() {
        return process.pid();
    }

    /** The restorer itself, when it runs in a namespace: ptrace(2) must not meet a child that the JVM waits for. */
    public int innerPid() {
        return (int) process.children().findFirst().orElseThrow().pid();
    }

    boolean runs() {
        return process.isAlive();
    }

    /** Exit status of the first task. */
    int await() throws InterruptedException {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            throw new AssertionError("the restorer does not end");
        }
        return process.exitValue();
    }

    String output() throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    List<String> maps() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid() + "/maps"));
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        plan.close();
    }
}
