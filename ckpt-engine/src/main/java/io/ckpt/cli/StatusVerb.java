package io.ckpt.cli;

import io.ckpt.v1.GetJobRequest;
import io.ckpt.v1.Job;
import io.ckpt.v1.ListJobsRequest;
import io.ckpt.v1.ListJobsResponse;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ckptctl status}. */
@Command(
        name = "status",
        header = "Show the protected jobs of this node.",
        description = {
            "",
            "Shows your jobs; root and administrators see everybody's.",
            "",
            "FORECAST is the time that the next checkpoint will take until it is durable, as the last ones did, and "
                    + "whether that fits the time that the scheduler leaves a job that it preempts.",
            ""
        },
        sortOptions = false,
        footerHeading = "%nExamples%n",
        footer = {"  ckptctl status", "  ckptctl status 4711 --json"})
final class StatusVerb extends Verb {
    @Parameters(arity = "0..1", paramLabel = "JOB", description = "Only this job, or the subjobs of this array.")
    private String job = "";

    @Override
    int run(Connection connection, Screen screen) {
        Optional<ArrayName> array = ArrayName.of(job);
        if (job.isEmpty() || array.isPresent()) {
            ListJobsResponse all = only(array, connection.jobs().listJobs(ListJobsRequest.getDefaultInstance()));
            screen.answer(all, out -> print(all.getJobsList(), out));
        } else {
            Job one = connection
                    .jobs()
                    .getJob(GetJobRequest.newBuilder().setId(job).build())
                    .getJob();
            screen.answer(one, out -> print(List.of(one), out));
        }
        return 0;
    }

    private static ListJobsResponse only(Optional<ArrayName> array, ListJobsResponse all) {
        return ListJobsResponse.newBuilder()
                .addAllJobs(all.getJobsList().stream()
                        .filter(each -> array.isEmpty() || array.get().covers(each.getId()))
                        .toList())
                .build();
    }

    private static void print(List<Job> jobs, PrintWriter out) {
        Table table = new Table(
                "JOB",
                "STATE",
                "UID",
                "PID",
                "RESTARTS",
                "INTERVAL",
                "LAST",
                "TAKEN",
                "SAVED",
                "NEXT",
                "FORECAST",
                "REMARK");
        for (Job job : jobs) {
            table.row(
                    job.getId(),
                    Quantity.word(job.getState()),
                    Integer.toUnsignedString(job.getOwnerUid()),
                    Integer.toString(job.getRootPid()),
                    Integer.toString(job.getGeneration()),
                    interval(job),
                    job.getLastCheckpointId().isEmpty() ? "-" : job.getLastCheckpointId(),
                    job.hasLastCheckpointTime() ? Quantity.time(job.getLastCheckpointTime()) : "-",
                    StagePhrase.of(job),
                    job.hasNextCheckpointTime() ? Quantity.time(job.getNextCheckpointTime()) : "-",
                    forecast(job),
                    job.getMessage());
        }
        table.print(out);
        jobs.stream()
                .filter(job -> !job.getIntervalReason().isEmpty())
                .forEach(job ->
                        out.printf("%s: interval %s: %s%n", job.getId(), interval(job), job.getIntervalReason()));
    }

    private static String interval(Job job) {
        String time = job.hasInterval() ? Quantity.duration(job.getInterval()) : "-";
        return job.getIntervalReason().isEmpty() ? time : "auto " + time;
    }

    private static String forecast(Job job) {
        String time = job.hasForecastDuration() ? Quantity.duration(job.getForecastDuration()) : "not measured yet";
        String grace = job.hasGraceDuration() ? ", grace " + Quantity.duration(job.getGraceDuration()) : "";
        return time
                + grace
                + switch (job.getFit()) {
                    case FIT_IN_TIME -> ": fits";
                    case FIT_TOO_LATE -> ": does not fit";
                    default -> "";
                };
    }
}
