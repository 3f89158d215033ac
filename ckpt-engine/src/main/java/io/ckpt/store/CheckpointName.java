package io.ckpt.store;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of checkpoints: {@code JOB-20260102T150405Z-7f3a}. Names of one job sort by time to the second.
 *
 * @param id the whole name
 */
record CheckpointName(String job, String id) {
    private static final Pattern JOB = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._\\[\\]-]{0,127}");
    private static final Pattern ID = Pattern.compile("(.+)-(\\d{8}T\\d{6}Z)-[0-9a-f]{4}");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    static CheckpointName fresh(String job, Instant time, Random random) {
        requireJob(job);
        return new CheckpointName(job, String.format("%s-%s-%04x", job, TIME.format(time), random.nextInt(1 << 16)));
    }

    static boolean isId(String name) {
        Matcher match = ID.matcher(name);
        return match.matches() && isJob(match.group(1));
    }

    static boolean isJob(String name) {
        return JOB.matcher(name).matches();
    }

    /** A name given by a user; one that cannot be a checkpoint's is not found. */
    static CheckpointName parse(String id) {
        Matcher match = ID.matcher(id);
        if (!match.matches() || !isJob(match.group(1))) {
            throw notFound("\"" + id + "\" is not the name of a checkpoint");
        }
        return new CheckpointName(match.group(1), id);
    }

    /** When it was begun, to the second; the epoch for digits that are no time. */
    Instant time() {
        Matcher match = ID.matcher(id);
        try {
            return match.matches() ? TIME.parse(match.group(2), Instant::from) : Instant.EPOCH;
        } catch (DateTimeParseException none) {
            return Instant.EPOCH;
        }
    }

    static void requireJob(String job) {
        if (!isJob(job)) {
            throw new Fault(
                    FaultCode.USAGE,
                    "\"" + job + "\" cannot be the name of a job",
                    "use letters, digits and . _ - and begin with a letter or digit");
        }
    }

    static Fault notFound(String message) {
        return new Fault(FaultCode.NOT_FOUND, message, "ckptctl list shows what is there");
    }
}
