package io.ckpt.freeze;

import io.ckpt.image.v1.NodeFacts;
import io.ckpt.jna.LibCkpt;
import io.ckpt.procfs.CpuFlags;
import io.ckpt.procfs.ProcStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * This node, as far as an image depends on it.
 *
 * @param release of the kernel
 * @param cpu features that every processor has
 * @param cpus numbers of the CPUs that are online
 * @param vdso code of the kernel in every process
 */
public record Node(String hostname, String release, CpuFlags cpu, List<Integer> cpus, NodeVdso vdso) {
    /** Tile registers are the last that programs have. */
    private static final int REGISTER_FEATURES = 19;

    private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    public static Node here() {
        return new Node(
                NodeText.read("/proc/sys/kernel/hostname").strip(),
                NodeText.read("/proc/sys/kernel/osrelease").strip(),
                CpuFlags.parse(NodeText.read("/proc/cpuinfo")),
                cpus(NodeText.read("/sys/devices/system/cpu/online").strip()),
                NodeVdso.here());
    }

    /** What an image says of the node it was taken on, and a node of itself to the others. */
    public NodeFacts facts() {
        return NodeFacts.newBuilder()
                .setHostname(hostname)
                .setKernelRelease(release)
                .setMachine(System.getProperty("os.arch"))
                .addAllCpuFlags(cpu.flags())
                .setXstateBytes(LibCkpt.xstateBytes())
                .addAllXstateOffsets(IntStream.range(0, REGISTER_FEATURES)
                        .map(LibCkpt::xstateOffset)
                        .boxed()
                        .toList())
                .setVdso(vdso.digest())
                .build();
    }

    /** True when the kernel gives huge pages to memory for which nobody has asked for them. */
    public static boolean givesHugePages() {
        return Files.exists(HUGE_PAGES) && NodeText.read(HUGE_PAGES.toString()).contains("[always]");
    }

    /** CPUs that a process may run on; those of a job that is begun below it. */
    public static List<Integer> cpusOf(int pid) {
        return ProcStatus.parse(NodeText.read("/proc/" + pid + "/status")).cpus();
    }

    /** Ranges as the kernel writes them: {@code 0-3,8}. */
    static List<Integer> cpus(String ranges) {
        return List.of(ranges.split(",")).stream()
                .flatMapToInt(range -> {
                    String[] ends = range.split("-");
                    return IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
                })
                .boxed()
                .toList();
    }
}
