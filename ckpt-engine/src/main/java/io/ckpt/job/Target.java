package io.ckpt.job;

/** What a checkpoint is taken of. */
public sealed interface Target {
    /** A protected job by the scheduler's name: {@code 4711}, {@code 123_7}. */
    record Job(String id) implements Target {
        @Override
        public String toString() {
            return "job " + id;
        }
    }

    /** The tree below one process, the process included. */
    record Process(int pid) implements Target {
        @Override
        public String toString() {
            return "process " + pid;
        }
    }
}
