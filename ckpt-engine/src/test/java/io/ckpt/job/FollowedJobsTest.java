package io.ckpt.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.freeze.JobRoot;
import io.ckpt.image.Seal;
import io.ckpt.store.DirectoryStore;
import io.ckpt.store.StoreCase;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowedJobsTest {
    @TempDir
    Path directory;

    private final List<Runnable> later = new ArrayList<>();
    private final FollowedJobs jobs = new FollowedJobs(8, later::add);
    private final LocalJourneys.Subject job = new LocalJourneys.Subject(
            new JobRoot.Tree((int) ProcessHandle.current().pid(), false),
            "7",
            0,
            Instant.EPOCH,
            0,
            List.of(),
            false,
            () -> {});
    private Seal seal;
    private DirectoryStore store;

    @BeforeEach
    void makeStore() {
        seal = StoreCase.seal(directory);
        store = new DirectoryStore(directory, seal);
    }

    @Test
    void whatNobodyAsksForIsWaitedForNoLongerThanAWhile() {
        jobs.get(job).succeeded(taken(), false);
        assertThat(jobs.isFollowed(store, job)).isTrue();

        later.forEach(Runnable::run);

        assertThat(jobs.isFollowed(store, job)).isFalse();
    }

    @Test
    void whoIsAskedForAgainIsWaitedForAnew() {
        jobs.get(job).succeeded(taken(), false);
        jobs.get(job).succeeded(taken(), false);

        later.get(0).run();

        assertThat(jobs.isFollowed(store, job)).isTrue();
    }

    @Test
    void whatComesUnaskedIsWaitedForWhateverTheTime() {
        jobs.get(job).succeeded(taken(), true);

        assertThat(later).isEmpty();
    }

    private String taken() {
        return StoreCase.checkpoint(store, "7", 0, 1, seal).id();
    }
}
