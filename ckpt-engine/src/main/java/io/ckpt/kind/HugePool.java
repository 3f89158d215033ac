package io.ckpt.kind;

import io.ckpt.freeze.FileStatus;
import io.ckpt.freeze.NodeNames;
import io.ckpt.procfs.MountInfo;
import java.util.Optional;

/** The huge pages that a node keeps for whoever asks; see Documentation/admin-guide/mm/hugetlbpage.rst. */
public final class HugePool {
    private static final int KIB = 1024;

    private HugePool() {}

    /**
     * What keeps memory of huge pages from being made, of each object alone.
     *
     * @param pageSize 0 for ordinary memory, which is no obstacle
     */
    public static Optional<String> obstacle(long bytes, long pageSize, NodeNames node) {
        if (pageSize == 0) {
            return Optional.empty();
        }
        String pool = "/sys/kernel/mm/hugepages/hugepages-" + pageSize / KIB + "kB/";
        long wanted = (bytes + pageSize - 1) / pageSize;
        long unclaimed = number(pool + "free_hugepages", node) - number(pool + "resv_hugepages", node);
        long beyond = number(pool + "nr_overcommit_hugepages", node) - number(pool + "surplus_hugepages", node);
        return wanted <= unclaimed + Math.max(0, beyond)
                ? Optional.empty()
                : Optional.of("the job needs " + wanted + " huge pages of " + pageSize / KIB + " kB, and the node has "
                        + unclaimed + " to spare (sysctl vm.nr_hugepages)");
    }

    /**
     * The same of a file, whose path must lead to hugetlbfs here too. What has its name now gives its pages back.
     *
     * @param pageSize 0 for a file elsewhere, which is no obstacle
     */
    public static Optional<String> obstacleOfFile(String path, long bytes, long pageSize, NodeNames node) {
        if (pageSize == 0) {
            return Optional.empty();
        }
        long givenBack = node.status(path).map(FileStatus::allocated).orElse(0L);
        return isOfPages(path, pageSize, node)
                ? obstacle(Math.max(0, bytes - givenBack), pageSize, node)
                : Optional.of(path + " is a file of huge pages, and no hugetlbfs of pages of " + pageSize / KIB
                        + " kB is mounted there (mount -t hugetlbfs)");
    }

    private static boolean isOfPages(String path, long pageSize, NodeNames node) {
        long mib = pageSize / KIB / KIB;
        String option = "pagesize=" + (mib == 0 ? pageSize / KIB + "K" : mib + "M");
        return MountInfo.parse(node.text("/proc/self/mountinfo"))
                .leadingTo(path)
                .filter(mount -> mount.superOptions().contains(option))
                .isPresent();
    }

    private static long number(String file, NodeNames node) {
        return Long.parseLong(node.text(file).strip());
    }
}
