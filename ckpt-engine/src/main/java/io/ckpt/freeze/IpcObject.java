package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.procfs.IpcTable;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A System V message queue or semaphore set of this node. No process holds one open: all that the kernel tells is who
 * operated on it last.
 *
 * @param users pids, as this process sees them
 */
public record IpcObject(String name, Set<Integer> users) {
    private static final String QUEUES = "/proc/sysvipc/msg";
    private static final String SEMAPHORES = "/proc/sysvipc/sem";

    public static List<IpcObject> all() {
        return Stream.concat(queues(), semaphoreSets()).toList();
    }

    private static Stream<IpcObject> queues() {
        IpcTable table = IpcTable.parse(QUEUES, NodeText.read(QUEUES));
        return table.rows().stream()
                .map(row -> new IpcObject(
                        "System V message queue " + table.number(row, "msqid"),
                        Stream.of("lspid", "lrpid")
                                .map(column -> table.number(row, column))
                                .collect(Collectors.toSet())));
    }

    private static Stream<IpcObject> semaphoreSets() {
        IpcTable table = IpcTable.parse(SEMAPHORES, NodeText.read(SEMAPHORES));
        return table.rows().stream().map(row -> semaphores(table.number(row, "semid"), table.number(row, "nsems")));
    }

    /** A set that goes meanwhile has no users. */
    private static IpcObject semaphores(int id, int count) {
        Set<Integer> users = IntStream.range(0, count)
                .map(number -> LibCkpt.semaphoreUser(id, number))
                .filter(pid -> pid > 0)
                .boxed()
                .collect(Collectors.toSet());
        return new IpcObject("System V semaphore set " + id, users);
    }
}
