package io.ckpt.freeze;

import java.time.Duration;
import java.util.Set;

/** Which processes are a job. */
public sealed interface JobRoot {
    /** Stops them. */
    FrozenJob freeze(Freezer freezer, Duration limit);

    /** Those that there are now, parents before children; zombies included. */
    Set<Integer> pids();

    /** True when they have a pid namespace of their own. */
    boolean isPrivate();

    /** A process and all its descendants. */
    record Tree(int pid, boolean isPrivate) implements JobRoot {
        @Override
        public FrozenJob freeze(Freezer freezer, Duration limit) {
            return freezer.freeze(Set.of(pid), limit);
        }

        @Override
        public Set<Integer> pids() {
            return new ProcessTree(Set.of(pid), 0).pids();
        }
    }

    /** Everything below the init of ckpt-run, init left out. */
    record Below(int init, boolean isPrivate) implements JobRoot {
        @Override
        public FrozenJob freeze(Freezer freezer, Duration limit) {
            return freezer.freezeBelow(init, limit);
        }

        @Override
        public Set<Integer> pids() {
            return new ProcessTree(Set.of(init), init).pids();
        }
    }
}
