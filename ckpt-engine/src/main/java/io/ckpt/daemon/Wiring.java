package io.ckpt.daemon;

import io.ckpt.image.Seal;
import io.ckpt.job.Engine;
import io.ckpt.job.LocalEngine;

/** The one place where an engine is put together. The daemon and the embedded command line both come here. */
final class Wiring {
    private Wiring() {}

    static Engine engine(Settings settings) {
        return new LocalEngine(settings.store(), Seal.ofKeyFile(settings.sealKey()));
    }
}
