package io.ckpt.freeze;

import java.util.List;
import java.util.Set;

/**
 * A System V message queue or set of semaphores of this node. No process holds one open: all that the kernel tells is
 * who operated on it last.
 */
public sealed interface IpcObject permits MessageQueue, SemaphoreSet {
    Entry entry();

    /** For messages. */
    String name();

    /** Processes that were the last to operate on it and live; pids as this process sees them. */
    Set<Integer> users();

    /** True when a process was there at the last operation; else it only has the pid of who did it. */
    default boolean wasThere(int pid) {
        return true;
    }

    /** @param key IPC_PRIVATE (0) when it has none */
    record Entry(int id, int key, int mode, int uid, int gid) {}

    /** Every one of the ipc namespace of this process. */
    static List<IpcObject> all() {
        return IpcObjects.all();
    }
}
