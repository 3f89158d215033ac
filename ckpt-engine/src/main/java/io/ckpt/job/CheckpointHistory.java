package io.ckpt.job;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ckpt.checkpoint.Forecast;
import io.ckpt.image.v1.History;
import io.ckpt.image.v1.PastCheckpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the last checkpoints of a job took, and what is therefore expected of the next: the median of those like it, in
 * proportion to the memory. Whole ones and those that take from the one before are remembered apart.
 *
 * @param past oldest first
 */
public record CheckpointHistory(List<PastCheckpoint> past) {
    static final CheckpointHistory NONE = new CheckpointHistory(List.of());

    /** So many of each sort tell. */
    private static final int REMEMBERED = 5;

    /** A checkpoint of less is all fixed cost. */
    private static final long LEAST_BYTES = 64 << 20;

    /** One says nothing of another that is larger by more than this: what is fixed would count as often. */
    private static final int FARTHEST = 4;

    public CheckpointHistory {
        past = List.copyOf(past);
    }

    /** Those of one run, where the name of a job tells too little: another process may have had its pid. */
    CheckpointHistory ofRun(long start) {
        return new CheckpointHistory(select(each -> each.getProcessStart() == start));
    }

    /** What cannot be read is as good as nothing. */
    static CheckpointHistory parse(byte[] bytes) {
        try {
            return new CheckpointHistory(History.parseFrom(bytes).getCheckpointsList());
        } catch (InvalidProtocolBufferException unreadable) {
            return NONE;
        }
    }

    byte[] bytes() {
        return History.newBuilder().addAllCheckpoints(past).build().toByteArray();
    }

    CheckpointHistory with(PastCheckpoint fresh) {
        List<PastCheckpoint> all = new ArrayList<>(past);
        all.add(fresh);
        long alike = all.stream().filter(isLike(fresh)).count();
        if (alike > REMEMBERED) {
            all.remove(all.stream().filter(isLike(fresh)).findFirst().orElseThrow());
        }
        return new CheckpointHistory(all);
    }

    private static Predicate<PastCheckpoint> isLike(PastCheckpoint other) {
        return each -> each.getPartial() == other.getPartial() && each.getLeft() == other.getLeft();
    }

    /** @param level at which it is to be packed */
    Forecast forecast(boolean partial, boolean leaves, int level) {
        return partial ? partial(level) : whole(leaves, level);
    }

    /** Of a checkpoint that copies everything. Those that ended the job tell best of another that does. */
    private Forecast whole(boolean leaves, int level) {
        List<PastCheckpoint> like = select(each -> !each.getPartial() && each.getLeft() == leaves);
        return forecast(like.isEmpty() ? select(each -> !each.getPartial()) : like, level);
    }

    /** Of a checkpoint that copies what changed since the one before. */
    private Forecast partial(int level) {
        return forecast(select(PastCheckpoint::getPartial), level);
    }

    /**
     * What the job and its store bear with one checkpoint.
     *
     * @param pause for which the job stood still
     * @param total until it was durable
     */
    record Cost(Duration pause, Duration total) {}

    /** The median of those like the last that did not end the job. */
    Optional<Cost> cost() {
        List<PastCheckpoint> stayed = select(each -> !each.getLeft());
        return stayed.stream().reduce((one, next) -> next).map(last -> cost(select(isLike(last))));
    }

    private static Cost cost(List<PastCheckpoint> like) {
        return new Cost(
                nanos(median(like.stream().map(each -> (double) each.getFrozenNs())))
                        .orElseThrow(),
                nanos(median(like.stream().map(each -> (double) each.getTotalNs())))
                        .orElseThrow());
    }

    /** Whether the last one took from the one before. */
    boolean endsPartial() {
        return !past.isEmpty() && last().getPartial();
    }

    /** Memory, programs and libraries that an image would have of a job that has so much resident now. */
    long expectedBytes(long resident) {
        if (past.isEmpty() || last().getResidentBytes() == 0) {
            return resident;
        }
        return (long) ((double) last().getMemoryBytes() * resident / last().getResidentBytes())
                + last().getEmbeddedBytes();
    }

    private PastCheckpoint last() {
        return past.get(past.size() - 1);
    }

    private List<PastCheckpoint> select(Predicate<PastCheckpoint> which) {
        return past.stream().filter(which).toList();
    }

    private static Forecast forecast(List<PastCheckpoint> like, int level) {
        return new Measured(like, level);
    }

    private record Measured(List<PastCheckpoint> like, int level) implements Forecast {
        @Override
        public Optional<Duration> timeFor(long bytes) {
            return nanos(median(times(bytes)));
        }

        @Override
        public Optional<Duration> atBest(long bytes) {
            return nanos(times(bytes).mapToDouble(time -> time).min());
        }

        private Stream<Double> times(long bytes) {
            return like.stream()
                    .filter(each -> bytes <= Math.max(LEAST_BYTES, FARTHEST * bytes(each)))
                    .flatMap(each -> PackingCost.share(each, level).stream()
                            .mapToObj(share -> each.getTotalNs() * ratio(each, bytes) * share));
        }
    }

    private static double ratio(PastCheckpoint past, long bytes) {
        return (double) Math.max(bytes, LEAST_BYTES) / Math.max(bytes(past), LEAST_BYTES);
    }

    private static long bytes(PastCheckpoint past) {
        return past.getMemoryBytes() + past.getEmbeddedBytes();
    }

    private static Optional<Duration> nanos(OptionalDouble nanos) {
        return nanos.isPresent() ? Optional.of(Duration.ofNanos((long) nanos.getAsDouble())) : Optional.empty();
    }

    /** Of two in the middle the larger. */
    private static OptionalDouble median(Stream<Double> values) {
        List<Double> sorted = values.sorted().toList();
        return sorted.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(sorted.get(sorted.size() / 2));
    }
}
