package io.ckpt.pbs;

import io.ckpt.scheduler.Setup.Step;

/** Something in PBS's server that is there for us alone; qmgr calls it by the name of the step. */
interface ServerObject extends Step {
    PbsCommands commands();

    @Override
    default boolean isOurs() {
        return true;
    }

    @Override
    default boolean isThere() {
        return commands().listed(name()).isPresent();
    }

    @Override
    default void apply() {
        commands().runAll(remedy());
    }

    @Override
    default void undo() {
        commands().run("qmgr", "-c", "delete " + name());
    }
}
