package io.ckpt.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What all verbs have in common: where the engine is, how answers are written. */
abstract class Verb implements Callable<Integer> {
    @Mixin
    private CommonOptions common = new CommonOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public final Integer call() {
        Screen screen =
                new Screen(spec.commandLine().getOut(), spec.commandLine().getErr(), common.json());
        try (Connection connection = common.connect()) {
            return run(connection, screen);
        }
    }

    /** Does the work and says so; returns the exit status. */
    abstract int run(Connection connection, Screen screen);
}
