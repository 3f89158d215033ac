package io.ckpt.pbs;

import io.ckpt.scheduler.JobRecord;
import io.ckpt.scheduler.JobRecord.State;
import java.util.Map;
import java.util.Optional;

/** {@code qstat -f -F json} as a record. */
final class PbsJob {
    private static final int NOBODY = -1;

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

    /** run_version grows when a job starts; a job that waits is already in the generation that it will start with. */
    private static int generation(PbsText job, State state) {
        int starts = job.number("run_version", job.number("run_count", 0));
        return state == State.PENDING ? starts : Math.max(0, starts - 1);
    }
}
