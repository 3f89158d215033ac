package io.ckpt.pbs;

import io.ckpt.scheduler.JobRecord;
import io.ckpt.scheduler.JobRecord.State;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code qstat -f -F json} as a record. */
final class PbsJob {
    private static final int NOBODY = -1;
    private static final Duration SKEW = Duration.ofHours(1);
    private static final DateTimeFormatter CTIME = DateTimeFormatter.ofPattern("EEE MMM d HH:mm:ss yyyy", Locale.US);

    private static final Map<String, State> STATES = Map.of(
            "R", State.RUNNING,
            "S", State.SUSPENDED,
            "U", State.SUSPENDED,
            "E", State.COMPLETING,
            "T", State.PENDING,
            "Q", State.PENDING,
            "H", State.PENDING,
            "W", State.PENDING);

    private PbsJob() {}

    static JobRecord parse(String text, String id) {
        PbsText job = PbsText.parse(text, "Jobs", id);
        State state = STATES.getOrDefault(job.text("job_state"), State.OTHER);
        return new JobRecord(
                id,
                NOBODY,
                state,
                generation(job, state),
                Optional.empty(),
                Optional.empty(),
                job.text("exec_host"),
                !job.text("Rerunable").equals("False"),
                job.text("comment"));
    }

    /** In local time, and by the server's clock: an id comes back after days at the earliest. */
    static Instant submitted(String text, String id) {
        String time = PbsText.parse(text, "Jobs", id).text("ctime").replaceAll("\\s+", " ");
        try {
            return LocalDateTime.parse(time, CTIME)
                    .atZone(ZoneId.systemDefault())
                    .toInstant()
                    .minus(SKEW);
        } catch (DateTimeParseException e) {
            throw PbsText.misread("says ctime=" + time + ", which is no time");
        }
    }

    /** run_version grows when a job starts; a job that waits is already in the generation that it will start with. */
    private static int generation(PbsText job, State state) {
        int starts = job.number("run_version", job.number("run_count", 0));
        return state == State.PENDING ? starts : Math.max(0, starts - 1);
    }
}
