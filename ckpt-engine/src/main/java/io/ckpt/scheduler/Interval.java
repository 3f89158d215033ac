package io.ckpt.scheduler;

import java.time.Duration;

/** How often a job is checkpointed by the clock. */
public sealed interface Interval {
    /** As often as pays, by what a checkpoint costs the job. */
    Interval AUTO = new Auto();

    /** So much time after the one before. */
    record Every(Duration time) implements Interval {
        @Override
        public String toString() {
            return time.toString();
        }
    }

    /** See {@link #AUTO}. */
    record Auto() implements Interval {
        @Override
        public String toString() {
            return "auto";
        }
    }

    static Interval every(Duration time) {
        return new Every(time);
    }

    /** Reads what {@code toString} gives: {@code auto}, or a time as ISO 8601 has it. */
    static Interval parse(String text) {
        return text.equals("auto") ? AUTO : every(Duration.parse(text));
    }
}
