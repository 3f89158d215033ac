package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.freeze.JobRoot;
import io.ckpt.image.ImageReader;
import io.ckpt.kind.ObjectId;
import io.ckpt.memory.TrackedJob;
import io.ckpt.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jobs whose writing is noted, each since its last checkpoint, whichever store that is in. Safe for threads. */
final class FollowedJobs {
    private static final Logger LOG = LoggerFactory.getLogger(FollowedJobs.class);

    /** A job that cannot be followed is left alone for so many checkpoints. */
    private static final int RESTS = 8;

    /** One run of a job. @param job its name in the store */
    record Key(JobRoot root, String job, int generation) {
        private static Key of(LocalJourneys.Subject job) {
            return new Key(job.root(), job.id(), job.generation());
        }
    }

    private final Map<Key, Followed> jobs = new HashMap<>();
    private final int mostLinks;
    private final Executor later;

    /**
     * @param mostLinks checkpoints that another may need
     * @param later does what is to be done when a checkpoint that nobody takes of himself has not been asked for
     */
    FollowedJobs(int mostLinks, Executor later) {
        this.mostLinks = mostLinks;
        this.later = later;
    }

    synchronized Followed get(LocalJourneys.Subject job) {
        forgetEnded();
        return jobs.computeIfAbsent(Key.of(job), key -> new Followed(nobody(), Optional.empty()));
    }

    /**
     * A job was restarted, and what it writes is noted from then on; its next checkpoint can hold that alone, unless it
     * goes by another name.
     *
     * @param periodic whether that will come unasked
     */
    void begin(Key run, TrackedJob noted, StoredCheckpoint from, boolean periodic) {
        if (noted.isEmpty() || !run.job().equals(from.job())) {
            noted.close();
        } else {
            Followed followed = new Followed(noted, Optional.empty());
            replace(run, followed).ifPresent(Followed::lose);
            followed.succeeded(from.id(), periodic);
        }
    }

    /** What another process with the same pid has left. */
    private synchronized Optional<Followed> replace(Key run, Followed fresh) {
        forgetEnded();
        return Optional.ofNullable(jobs.put(run, fresh));
    }

    static TrackedJob nobody() {
        return new TrackedJob(pid -> ObjectId.memory(pid).toString());
    }

    /** Whether what a job wrote since its last checkpoint in a store is known. */
    synchronized boolean isFollowed(Store store, LocalJourneys.Subject job) {
        Followed followed = jobs.get(Key.of(job));
        return followed != null && followed.isFollowedIn(store);
    }

    /** Lets another way of copying have the memory of a job. */
    synchronized void letGo(JobRoot root) {
        jobs.forEach((key, job) -> {
            if (key.root().equals(root)) {
                job.lose();
            }
        });
    }

    private void forgetEnded() {
        jobs.entrySet().removeIf(job -> {
            boolean ended = job.getKey().root().pids().stream().allMatch(FollowedJobs::isGone);
            if (ended) {
                job.getValue().lose();
            }
            return ended;
        });
    }

    private static boolean isGone(int pid) {
        return !Files.exists(Path.of("/proc", Integer.toString(pid)));
    }

    /** One job; whoever uses it holds its monitor. */
    final class Followed {
        private final TrackedJob job;
        private Optional<String> last;
        private int rests;

        private Followed(TrackedJob job, Optional<String> last) {
            this.job = job;
            this.last = last;
        }

        TrackedJob job() {
            return job;
        }

        private synchronized boolean isFollowedIn(Store store) {
            return rests == 0 && last.filter(id -> isGood(store, id)).isPresent();
        }

        private boolean isGood(Store store, String id) {
            try {
                return store.find(id).isGood();
            } catch (Fault elsewhere) {
                return false;
            }
        }

        /** True when it is left alone this time. */
        synchronized boolean rests() {
            return rests > 0 && rests-- > 0;
        }

        /** The checkpoint since which writing is noted, unless that store does not have it or it needs too many others. */
        Optional<ImageReader> before(Store store) {
            Optional<ImageReader> before = last.flatMap(id -> open(store, id));
            if (before.isEmpty()) {
                lose();
            }
            return before;
        }

        private Optional<ImageReader> open(Store store, String id) {
            try {
                ImageReader image = store.open(store.find(id));
                if (canBeFollowed(image)) {
                    return Optional.of(image);
                }
                image.close();
            } catch (Fault fault) {
                LOG.info("nothing is taken from checkpoint {}: {}", id, fault.getMessage());
            }
            return Optional.empty();
        }

        /** Its index is read now, while there still is another way. */
        private boolean canBeFollowed(ImageReader image) {
            try {
                image.checkIndex();
                return image.manifest().getLinksCount() < mostLinks;
            } catch (Fault damage) {
                image.close();
                throw damage;
            }
        }

        /** @param periodic whether the next comes unasked; else it is waited for a while, not for ever */
        synchronized void succeeded(String id, boolean periodic) {
            last = Optional.of(id);
            if (!periodic) {
                later.execute(() -> loseSince(id));
            }
        }

        private synchronized void loseSince(String id) {
            if (last.filter(id::equals).isPresent()) {
                lose();
            }
        }

        /** It writes too fast. */
        void rest() {
            lose();
            rests = RESTS;
        }

        /** Nothing is known of what is written from now on. */
        synchronized void lose() {
            job.close();
            last = Optional.empty();
        }
    }
}
