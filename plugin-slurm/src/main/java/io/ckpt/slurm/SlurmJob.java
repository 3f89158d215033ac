package io.ckpt.slurm;

import io.ckpt.scheduler.JobRecord;
import io.ckpt.scheduler.JobRecord.State;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code scontrol show job} as a record. */
final class SlurmJob {
    private static final Pattern USER = Pattern.compile(".*\\((\\d+)\\)");

    /** A running job is called SIGNALING while a signal to it is under way, which is when we ask. */
    private static final Map<String, State> STATES = Map.ofEntries(
            Map.entry("COMPLETING", State.COMPLETING),
            Map.entry("STAGE_OUT", State.COMPLETING),
            Map.entry("SUSPENDED", State.SUSPENDED),
            Map.entry("STOPPED", State.SUSPENDED),
            Map.entry("RUNNING", State.RUNNING),
            Map.entry("SIGNALING", State.RUNNING),
            Map.entry("RESIZING", State.RUNNING),
            Map.entry("CONFIGURING", State.RUNNING),
            Map.entry("CANCELLED", State.CANCELLED),
            Map.entry("PENDING", State.PENDING),
            Map.entry("REQUEUED", State.PENDING),
            Map.entry("REQUEUE_HOLD", State.PENDING));

    private SlurmJob() {}

    static JobRecord parse(String text, ZoneId zone) {
        ScontrolText job = ScontrolText.parse(text, zone);
        return new JobRecord(
                job.required("JobId"),
                uid(job.required("UserId")),
                state(job.required("JobState")),
                job.number("Restarts"),
                job.time("PreemptTime"),
                job.time("EndTime"),
                job.text("NodeList"),
                job.number("Requeue") == 1,
                job.text("Reason").equals("None") ? "" : job.text("Reason"));
    }

    /** Some versions print flags beside the state: {@code COMPLETING+REQUEUED}. */
    private static State state(String words) {
        Set<String> flags = Set.of(words.split("\\+"));
        return STATES.entrySet().stream()
                .filter(entry -> flags.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .min(Comparator.naturalOrder())
                .orElse(State.OTHER);
    }

    private static int uid(String user) {
        Matcher matcher = USER.matcher(user);
        if (!matcher.matches()) {
            throw ScontrolText.misread("says UserId=" + user + ", which carries no uid");
        }
        return Integer.parseInt(matcher.group(1));
    }
}
