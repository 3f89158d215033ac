package io.ckpt.daemon;

import io.ckpt.job.Engine;
import java.nio.file.Path;

/** The door to the engine that an embedded command would use, without the command. */
public final class EngineOfThisProcess {
    private EngineOfThisProcess() {}

    /** An engine that keeps everything of its own in a directory. */
    public static Engine open(Path directory) {
        return Wiring.engine(Settings.of(SettingsFile.parse("(test)", settings(directory))));
    }

    /** What such an engine reads; another one that is to share its things says the same. */
    public static String settings(Path directory) {
        return String.join(
                "\n",
                "Store=" + directory.resolve("store"),
                "StateDirectory=" + directory.resolve("state"),
                "SealKey=" + directory.resolve("seal.key"));
    }
}
