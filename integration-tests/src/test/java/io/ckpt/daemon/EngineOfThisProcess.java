package io.ckpt.daemon;

import io.ckpt.job.Engine;
import java.util.Optional;

/** The door to the engine that an embedded command would use, without the command. */
public final class EngineOfThisProcess {
    private EngineOfThisProcess() {}

    public static Engine open() {
        return Wiring.engine(Ckptd.settings(Optional.empty()));
    }
}
