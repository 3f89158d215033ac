package io.ckpt.scheduler;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs commands of a scheduler, each for a limited time.
 *
 * @param environment what it gets besides the engine's own
 * @param notFound texts by which it says that it does not know the job or node
 * @param seconds after which it is killed
 * @param remedy when the controller does not answer
 */
public record SchedulerCommand(Map<String, String> environment, List<String> notFound, int seconds, String remedy) {
    private static final ScheduledExecutorService DEADLINES =
            Executors.newSingleThreadScheduledExecutor(SchedulerCommand::thread);

    /**
     * @return what it printed
     * @throws Fault NOT_FOUND for a job or node that the scheduler does not know; DAEMON_UNAVAILABLE for any other failure
     */
    public String run(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        try {
            return finish(command, start(command));
        } catch (IOException e) {
            throw unavailable(command, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(command, "interrupted");
        }
    }

    private Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    private String finish(List<String> command, Process process) throws IOException, InterruptedException {
        Future<?> deadline = DEADLINES.schedule(process::destroyForcibly, seconds, TimeUnit.SECONDS);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        deadline.cancel(false);
        if (status == 0) {
            return output;
        }
        if (notFound.stream().anyMatch(output::contains)) {
            throw new Fault(
                    FaultCode.NOT_FOUND,
                    String.join(" ", command) + ": " + output.strip(),
                    "look at the scheduler's list of jobs and nodes");
        }
        throw unavailable(command, "status " + status + ", " + output.strip());
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "scheduler-commands");
        thread.setDaemon(true);
        return thread;
    }

    private Fault unavailable(List<String> command, String why) {
        return new Fault(FaultCode.DAEMON_UNAVAILABLE, String.join(" ", command) + ": " + why, remedy);
    }
}
