package io.ckpt.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What all verbs have in common: where the engine is, how answers are written. */
abstract class Verb implements Callable<Integer> {
    @ParentCommand
    private Ckptctl ckptctl;

    @Spec
    private CommandSpec spec;

    @Override
    public final Integer call() {
        Screen screen = new Screen(
                spec.commandLine().getOut(),
                spec.commandLine().getErr(),
                ckptctl.common().json());
        try (Connection connection = ckptctl.common().connect()) {
            return run(connection, screen);
        }
    }

    /** Does the work and says so; returns the exit status. */
    abstract int run(Connection connection, Screen screen);
}
