package io.ckpt.daemon;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.job.Engine;

/** The one place where an engine is put together. The daemon and the embedded command line both come here. */
final class Wiring {
    private Wiring() {}

    static Engine engine(Settings settings) {
        throw new Fault(
                FaultCode.UNSUPPORTED_NODE, "no engine for " + settings.store(), "use a build that carries one");
    }
}
