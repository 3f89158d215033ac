package io.ckpt.fence;

import io.ckpt.fault.Fault;
import io.ckpt.procfs.ProcStat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A node from one boot to the next.
 *
 * @param name the scheduler's name of the node
 * @param boot differs after every boot, also of a container, whose kernel has run on
 */
public record NodeIdentity(String name, String boot) {
    public static NodeIdentity current(String name) {
        try {
            String kernel =
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
            long init =
                    ProcStat.parse(Files.readString(Path.of("/proc/1/stat"))).startTime();
            return new NodeIdentity(name, kernel + "-" + init);
        } catch (IOException e) {
            throw Fault.internal("/proc of this node: " + e, e);
        }
    }
}
