package io.ckpt.job;

import io.ckpt.checkpoint.Forecast;
import io.ckpt.image.Compression;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * How a checkpoint is to be taken, by what the last ones of the job took.
 *
 * @param partial whether what has not changed since the one before is left out
 * @param compression how it is to be packed
 * @param forecast what it takes so
 */
record Course(boolean partial, Compression compression, Forecast forecast) {
    /** A level has to save so much of the time to be better than the usual one. */
    private static final double WORTHWHILE = 0.97;

    /**
     * What is wanted of a checkpoint.
     *
     * @param leaves whether the job is ended with it
     * @param partial whether it is to leave out what has not changed since the one before
     * @param mayBePartial whether it may do so for want of time
     * @param level that was asked for
     * @param patience time until it has to be durable
     * @param room bytes that are free in the store
     */
    record Wish(
            boolean leaves,
            boolean partial,
            boolean mayBePartial,
            OptionalInt level,
            Optional<Duration> patience,
            long room) {}

    /** @param bytes of memory that the image will have */
    static Course choose(Wish wish, CheckpointHistory history, long bytes) {
        Choice choice = new Choice(wish, history, bytes);
        if (wish.level().isPresent()) {
            int level = wish.level().getAsInt();
            return choice.course(wish.partial(), choice.packing(level, "asked for"));
        }
        Course usual = choice.usual(wish.partial());
        if (choice.fits(usual)) {
            return usual;
        }
        Course changes = choice.usual(true);
        return wish.mayBePartial() && choice.isKnownToFit(changes) ? changes : choice.fastest(usual);
    }

    private record Choice(Wish wish, CheckpointHistory history, long bytes) {
        Course course(boolean partial, Compression compression) {
            return new Course(partial, compression, history.forecast(partial, wish.leaves(), compression.level()));
        }

        Course usual(boolean partial) {
            Course usual = course(partial, Compression.USUAL);
            Course small = course(partial, packing(Compression.SMALL, "the store is slow"));
            return seconds(small) < WORTHWHILE * seconds(usual) ? small : usual;
        }

        /** A job that stays does not stand still for the better of two. */
        Compression packing(int level, String reason) {
            return wish.leaves() ? Compression.always(level, reason) : Compression.waiting(level, reason);
        }

        Course fastest(Course usual) {
            String why =
                    String.format(Locale.ROOT, "%s would take about %.1f s", usual.compression.name(), seconds(usual));
            return IntStream.of(Compression.NONE, Compression.FAST, Compression.NORMAL, Compression.SMALL)
                    .filter(level -> level != Compression.NONE || bytes <= wish.room())
                    .mapToObj(level -> course(usual.partial, packing(level, why)))
                    .min(Comparator.comparingDouble(this::seconds))
                    .orElse(usual);
        }

        boolean fits(Course course) {
            return course.forecast.timeFor(bytes).isEmpty() || isKnownToFit(course);
        }

        boolean isKnownToFit(Course course) {
            return wish.patience().isEmpty()
                    || course.forecast
                            .timeFor(bytes)
                            .filter(time -> time.compareTo(wish.patience().get()) <= 0)
                            .isPresent();
        }

        /** Infinity where it is not known. */
        private double seconds(Course course) {
            return course.forecast
                    .timeFor(bytes)
                    .map(time -> time.toNanos() / 1e9)
                    .orElse(Double.POSITIVE_INFINITY);
        }
    }
}
