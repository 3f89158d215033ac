package io.ckpt.scheduler;

import java.util.List;
import java.util.Optional;

/** What a scheduler needs to work with ckpt, as steps that can be looked at, taken and taken back, each any number of times. */
public interface Setup {
    /** In the order in which they are to be taken. */
    List<Step> steps();

    /** One thing that has to be as it should be. */
    interface Step {
        /** A few words: {@code hook ckpt_exec}. */
        String name();

        /** What is wrong; empty when nothing is. */
        Optional<String> fault();

        /** What to do about it, as commands or advice. */
        List<String> remedy();

        /** Whether the remedy is ours to apply; else it is the administrator's to decide. */
        default boolean isOurs() {
            return false;
        }

        /** Whether there is something to take back, in this or another version. */
        default boolean isThere() {
            return fault().isEmpty();
        }

        /** Only for what is ours. */
        default void apply() {}

        /** Takes back what {@link #apply} does. */
        default void undo() {}
    }
}
