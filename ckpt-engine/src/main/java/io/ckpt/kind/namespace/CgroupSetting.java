package io.ckpt.kind.namespace;

import io.ckpt.freeze.CgroupDirectory;
import io.ckpt.image.v1.OwnCgroup;
import io.ckpt.kind.JobCgroup;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What may be set in a cgroup; see the kernel's documents on cgroup-v1 and cgroup-v2.
 *
 * @param file its name
 * @param fresh what a new cgroup has; nothing where that has what the cgroup around it has
 */
record CgroupSetting(Pattern file, List<String> fresh) {
    /** Limits that the kernel rounds to pages are none from here on. */
    private static final long UNLIMITED = 1L << 62;

    /** Without them, nobody can live in a cgroup of version 1. */
    private static final Set<String> SHARES = Set.of("cpuset.cpus", "cpuset.mems");

    private static final List<CgroupSetting> VERSION_1 = List.of(
            of("cgroup\\.clone_children"),
            of("notify_on_release"),
            of("cpuset\\.(cpus|mems)", ""),
            of("cpuset\\.(cpu_exclusive|mem_exclusive|mem_hardwall)", "0"),
            of("cpuset\\.(memory_migrate|memory_spread_page|memory_spread_slab)", "0"),
            of("cpuset\\.sched_load_balance", "1"),
            of("cpuset\\.sched_relax_domain_level", "-1"),
            of("memory\\.(limit_in_bytes|soft_limit_in_bytes)", "max"),
            of("memory\\.memsw\\.limit_in_bytes", "max"), // not below the limit without swap
            of("memory\\.kmem\\.tcp\\.limit_in_bytes", "max"),
            of("memory\\.(swappiness|oom_control)"),
            of("cpu\\.shares", "1024"),
            of("cpu\\.idle", "0"),
            of("cpu\\.cfs_period_us", "100000"),
            of("cpu\\.cfs_quota_us", "-1"),
            of("cpu\\.cfs_burst_us", "0"),
            of("cpu\\.rt_period_us", "1000000"),
            of("cpu\\.rt_runtime_us", "0"),
            of("pids\\.max", "max"),
            of("hugetlb\\..*limit_in_bytes", "max"),
            of("blkio\\.(bfq\\.)?weight", "100"),
            of("blkio\\.(bfq\\.)?weight_device", "", "default 100"),
            of("blkio\\.throttle\\..*_device", ""),
            of("net_cls\\.classid", "0"),
            of("net_prio\\.ifpriomap"),
            of("devices\\.list"),
            of("freezer\\.state", "THAWED"));

    private static final List<CgroupSetting> VERSION_2 = List.of(
            of("cgroup\\.max\\.(depth|descendants)", "max"),
            of("cgroup\\.pressure", "1"),
            of("cpuset\\.(cpus|mems)", ""),
            of("cpuset\\.cpus\\.exclusive", ""),
            of("cpuset\\.cpus\\.partition", "member"),
            of("memory\\.(min|low|swap\\.low)", "0"),
            of("memory\\.(max|high|swap\\.max|swap\\.high|zswap\\.max)", "max"),
            of("memory\\.zswap\\.writeback", "1"),
            of("memory\\.oom\\.group", "0"),
            of("cpu\\.weight", "100", "0"),
            of("cpu\\.idle", "0"),
            of("cpu\\.max", "max 100000"),
            of("cpu\\.max\\.burst", "0"),
            of("cpu\\.uclamp\\.min", "0.00"),
            of("cpu\\.uclamp\\.max", "max"),
            of("pids\\.max", "max"),
            of("hugetlb\\..*max", "max"),
            of("misc\\.max", ""),
            of("rdma\\.max", ""),
            of("io\\.(bfq\\.)?weight", "default 100"),
            of("io\\.(max|latency)", ""),
            of("io\\.prio\\.class", "no-change"),
            of("cgroup\\.subtree_control", ""),
            of("cgroup\\.freeze", "0"));

    private static CgroupSetting of(String file, String... fresh) {
        return new CgroupSetting(Pattern.compile(file), List.of(fresh));
    }

    /** What a cgroup has that a fresh one in its place had not. */
    static List<OwnCgroup.Setting> in(JobCgroup cgroup) {
        List<String> files = cgroup.directory().files();
        return (cgroup.isUnified() ? VERSION_2 : VERSION_1)
                .stream()
                        .flatMap(setting -> files.stream()
                                .filter(file -> setting.file.matcher(file).matches())
                                .flatMap(file -> setting.read(file, cgroup)))
                        .toList();
    }

    private Stream<OwnCgroup.Setting> read(String file, JobCgroup cgroup) {
        String value = value(file, cgroup.directory());
        String around = value(file, cgroup.around());
        if (fresh.isEmpty() ? value.equals(around) : fresh.contains(value)) {
            return Stream.of();
        }
        if (file.equals("devices.list")) {
            return Stream.of(
                    setting("devices.deny", "a").build(),
                    setting("devices.allow", value).build());
        }
        if (SHARES.contains(file) && !cgroup.isUnified()) {
            return Stream.of(setting(file, value.equals(around) ? "" : value)
                    .setShare(true)
                    .build());
        }
        return Stream.of(setting(file, value).build());
    }

    /** The kernel takes one line at a time. */
    private static OwnCgroup.Setting.Builder setting(String file, String value) {
        return OwnCgroup.Setting.newBuilder()
                .setFile(file)
                .addAllValues(value.lines().toList());
    }

    /** Said in such a way that it can be written, or nothing where there is no such file. */
    private static String value(String file, CgroupDirectory directory) {
        String text = directory.text(file).orElse("");
        return switch (file) {
            case "memory.oom_control" ->
                text.lines()
                        .filter(line -> line.startsWith("oom_kill_disable "))
                        .map(line -> line.substring(line.indexOf(' ') + 1))
                        .collect(Collectors.joining());
            case "freezer.state" ->
                directory.text("freezer.self_freezing").filter("1"::equals).isPresent() ? "FROZEN" : "THAWED";
            case "misc.max", "rdma.max" ->
                text.lines().filter(line -> !line.matches("[^ ]+( [^ ]*max)*")).collect(Collectors.joining("\n"));
            case "cgroup.subtree_control" -> text.isEmpty() ? "" : "+" + text.replace(" ", " +");
            default -> isUnlimited(text) ? "max" : text;
        };
    }

    private static boolean isUnlimited(String text) {
        return text.matches("\\d{19}") && Long.parseLong(text) > UNLIMITED;
    }
}
