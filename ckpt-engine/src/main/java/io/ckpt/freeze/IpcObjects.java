package io.ckpt.freeze;

import io.ckpt.procfs.IpcTable;
import io.ckpt.procfs.ProcStat;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The System V objects of the ipc namespace of this process. */
final class IpcObjects {
    private static final String QUEUES = "/proc/sysvipc/msg";
    private static final String SEMAPHORES = "/proc/sysvipc/sem";

    /** USER_HZ. */
    private static final int TICKS = 100;

    private IpcObjects() {}

    static List<IpcObject> all() {
        return Stream.concat(queues(), semaphoreSets()).toList();
    }

    private static Stream<IpcObject> queues() {
        IpcTable table = IpcTable.parse(QUEUES, NodeText.read(QUEUES));
        return table.rows().stream()
                .map(row -> new NodeQueue(
                        entry(table, row, "msqid"),
                        table.number(row, "lspid"),
                        table.number(row, "lrpid"),
                        Math.max(table.time(row, "stime"), table.time(row, "rtime"))));
    }

    private static Stream<IpcObject> semaphoreSets() {
        IpcTable table = IpcTable.parse(SEMAPHORES, NodeText.read(SEMAPHORES));
        return table.rows().stream()
                .map(row -> new NodeSemaphores(
                        entry(table, row, "semid"),
                        table.number(row, "nsems"),
                        Math.max(table.time(row, "otime"), table.time(row, "ctime"))));
    }

    private static IpcObject.Entry entry(IpcTable table, List<String> row, String id) {
        return new IpcObject.Entry(
                table.number(row, id),
                table.number(row, "key"),
                table.permissions(row),
                table.identity(row, "uid"),
                table.identity(row, "gid"));
    }

    /** True when a process that still lives had begun at a time, in seconds since the epoch; of the very second nothing is known. */
    static boolean hadBegun(int pid, long second) {
        double up = Double.parseDouble(NodeText.read("/proc/uptime").split(" ")[0]);
        long boot = Instant.now().getEpochSecond() - (long) up;
        return ProcFiles.tryText(pid + "/stat")
                .map(ProcStat::parse)
                .filter(stat -> stat.state() != 'Z') // waits to be reaped, and uses nothing
                .filter(stat -> boot + stat.startTime() / TICKS <= second + 1)
                .isPresent();
    }

    /** Those of the processes that are still there. */
    static Set<Integer> living(Stream<Integer> pids) {
        return pids.filter(pid -> pid > 0)
                .distinct()
                .filter(pid -> !ProcFiles.numbers(pid + "/task").isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
