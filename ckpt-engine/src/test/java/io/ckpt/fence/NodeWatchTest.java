package io.ckpt.fence;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.scheduler.FakeScheduler;
import io.ckpt.scheduler.JobRecord.State;
import io.ckpt.scheduler.NodeHealth;
import io.ckpt.store.StorePlace;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeWatchTest {
    private static final Duration LEASE = Duration.ofSeconds(10);

    @TempDir
    Path shared;

    private final FakePace pace = new FakePace();
    private final FakeScheduler scheduler = new FakeScheduler();
    private Fence two;
    private NodeWatch watch;

    @BeforeEach
    void aJobRunsOnTheFirstNode() throws InterruptedException {
        Fence one = new Fence(StorePlace.unknown(shared), new NodeIdentity("n1", "a"), LEASE, pace);
        two = new Fence(StorePlace.unknown(shared), new NodeIdentity("n2", "b"), LEASE, pace);
        watch = new NodeWatch(two, scheduler);
        one.beat();
        two.beat();
        one.acquire("7", 0, generation -> false);
        scheduler.job("7", State.RUNNING, 0);
    }

    @Test
    void aNodeThatBeatsIsLeftAlone() {
        scheduler.health("n1", NodeHealth.NOT_RESPONDING);
        pace.advance(LEASE);
        two.beat();

        watch.look();

        assertThat(scheduler.orders()).isEmpty();
    }

    @Test
    void aSilentNodeThatTheSchedulerReachesIsLeftAlone() {
        silence();

        watch.look();

        assertThat(scheduler.orders()).isEmpty();
    }

    @Test
    void aDeadNodeIsMarkedDownAndItsJobsStartAtOnce() {
        silence();
        scheduler.health("n1", NodeHealth.NOT_RESPONDING);
        watch.look();
        scheduler.health("n1", NodeHealth.DOWN);
        scheduler.job("7", State.COMPLETING, 1);
        watch.look();
        scheduler.job("7", State.PENDING, 1);
        watch.look();

        assertThat(scheduler.orders()).containsExactly("down n1", "start 7");
    }

    @Test
    void aJobIsStartedOnce() {
        silence();
        scheduler.health("n1", NodeHealth.DOWN);
        scheduler.job("7", State.PENDING, 1);

        watch.look();
        watch.look();

        assertThat(scheduler.orders()).containsExactly("start 7");
    }

    @Test
    void aJobThatIsGoneIsForgotten() {
        silence();
        scheduler.health("n1", NodeHealth.DOWN);
        scheduler.forget("7");

        watch.look();
        watch.look();

        assertThat(scheduler.asked()).isEqualTo(1);
    }

    private void silence() {
        pace.advance(LEASE.multipliedBy(2));
        two.beat();
    }
}
