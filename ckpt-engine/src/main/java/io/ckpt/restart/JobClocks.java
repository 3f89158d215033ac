package io.ckpt.restart;

import io.ckpt.freeze.NodeClocks;
import io.ckpt.image.v1.Manifest;
import io.ckpt.place.ClockOffsets;

/** What the time namespace of a restarted job must add so that its clocks go on where they stood. */
final class JobClocks {
    private JobClocks() {}

    static ClockOffsets offsets(Manifest manifest) {
        NodeClocks now = NodeClocks.now();
        return new ClockOffsets(
                manifest.getClocks().getMonotonicNs() - now.monotonic(),
                manifest.getClocks().getBoottimeNs() - now.boottime() + NodeClocks.BOOTTIME_GRAIN);
    }
}
