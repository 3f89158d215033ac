package io.ckpt.store;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The order in which checkpoints were taken. Within the life of a job its runs and its own clock tell, for the clock of a
 * node can be set back; where it is not known when a job was born, and among jobs, the clocks of the nodes do.
 */
public final class Chronology {
    /** One job from its birth on: there may have been others of its name. */
    private record Life(String job, Timestamp born) {
        static Life of(StoredCheckpoint checkpoint) {
            return new Life(checkpoint.job(), checkpoint.jobBorn());
        }

        boolean isKnown() {
            return !born.equals(Timestamp.getDefaultInstance());
        }
    }

    /**
     * When a checkpoint was taken.
     *
     * @param time never before that of one that is older
     * @param rank among those of its life
     */
    private record Moment(StoredCheckpoint checkpoint, Instant time, int rank) {
        static final Comparator<Moment> ORDER = Comparator.comparing(Moment::time)
                .thenComparing(moment -> moment.checkpoint.job())
                .thenComparing(Moment::rank)
                .thenComparing(moment -> moment.checkpoint.id());
    }

    private Chronology() {}

    /** Good ones first; those that are damaged by their names. */
    public static List<StoredCheckpoint> newestFirst(List<StoredCheckpoint> checkpoints) {
        Map<Life, List<StoredCheckpoint>> lives =
                checkpoints.stream().filter(StoredCheckpoint::isGood).collect(Collectors.groupingBy(Life::of));
        Stream<StoredCheckpoint> good = lives.entrySet().stream()
                .flatMap(life -> moments(life.getKey(), life.getValue()).stream())
                .sorted(Moment.ORDER.reversed())
                .map(Moment::checkpoint);
        Stream<StoredCheckpoint> damaged = checkpoints.stream()
                .filter(checkpoint -> !checkpoint.isGood())
                .sorted(Comparator.comparing(StoredCheckpoint::id).reversed());
        return Stream.concat(good, damaged).toList();
    }

    private static List<Moment> moments(Life life, List<StoredCheckpoint> checkpoints) {
        return life.isKnown()
                ? inTurn(checkpoints)
                : checkpoints.stream()
                        .map(each -> new Moment(each, each.created(), 0))
                        .toList();
    }

    private static List<Moment> inTurn(List<StoredCheckpoint> ofOneLife) {
        List<Moment> moments = new ArrayList<>();
        Instant latest = Instant.EPOCH;
        for (StoredCheckpoint each :
                ofOneLife.stream().sorted(StoredCheckpoint.BY_AGE).toList()) {
            latest = each.created().isAfter(latest) ? each.created() : latest;
            moments.add(new Moment(each, latest, moments.size()));
        }
        return moments;
    }
}
