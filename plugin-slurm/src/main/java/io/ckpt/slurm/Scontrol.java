package io.ckpt.slurm;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs scontrol(1). */
class Scontrol {
    private static final int SECONDS = 20;
    private static final ScheduledExecutorService DEADLINES =
            Executors.newSingleThreadScheduledExecutor(Scontrol::thread);

    /**
     * @return what it printed
     * @throws Fault NOT_FOUND for a job or node that Slurm does not know; DAEMON_UNAVAILABLE for any other failure
     */
    String run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("scontrol"));
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

    private static Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SLURM_TIME_FORMAT", "%s");
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    private static String finish(List<String> command, Process process) throws IOException, InterruptedException {
        Future<?> deadline = DEADLINES.schedule(process::destroyForcibly, SECONDS, TimeUnit.SECONDS);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        deadline.cancel(false);
        if (status == 0) {
            return output;
        }
        if (output.contains("Invalid job id") || output.contains("not found")) {
            throw new Fault(
                    FaultCode.NOT_FOUND, String.join(" ", command) + ": " + output.strip(), "look at squeue and sinfo");
        }
        throw unavailable(command, "status " + status + ", " + output.strip());
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "scontrol");
        thread.setDaemon(true);
        return thread;
    }

    private static Fault unavailable(List<String> command, String why) {
        return new Fault(
                FaultCode.DAEMON_UNAVAILABLE,
                String.join(" ", command) + ": " + why,
                "look whether slurmctld runs and ckptd may talk to it (scontrol ping)");
    }
}
