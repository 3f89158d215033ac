package io.ckpt.kind;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.NodeClocks;
import io.ckpt.kernel.Clock;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kernel.SystemCall;
import io.ckpt.procfs.TimeOffsets;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What a frozen process's time namespace adds to the clocks of the node, and the one its children will be born in. */
public final class ProcessTime {
    private static final String OWN = "ns/" + NamespaceSort.TIME.file();
    private static final String OF_CHILDREN = OWN + "_for_children";
    private static final long NANOS = 1_000_000_000L;

    private ProcessTime() {}

    /** The kernel shows those of its children; where these are others, it is asked what its clocks say. */
    public static TimeOffsets offsets(FrozenProcess process) {
        if (process.link(OWN).equals(ofChildren(process))) {
            return offsetsOfChildren(process);
        }
        NodeClocks now = NodeClocks.now();
        return new TimeOffsets(
                read(process, Clock.MONOTONIC) - now.monotonic(), read(process, Clock.BOOTTIME) - now.boottime());
    }

    public static TimeOffsets offsetsOfChildren(FrozenProcess process) {
        return TimeOffsets.parse(process.text("timens_offsets"));
    }

    /** As the kernel names namespaces: {@code time:[4026531834]}. */
    public static String ofChildren(FrozenProcess process) {
        String name = process.link(OF_CHILDREN);
        return NamespaceSort.TIME.file() + name.substring(name.indexOf(':'));
    }

    private static long read(FrozenProcess process, int clock) {
        return process.withRoom(2 * Long.BYTES, room -> {
            process.call(SystemCall.CLOCK_GETTIME, clock, room.address());
            ByteBuffer time = ByteBuffer.wrap(room.read(0, 2 * Long.BYTES)).order(ByteOrder.nativeOrder());
            return time.getLong() * NANOS + time.getLong();
        });
    }
}
