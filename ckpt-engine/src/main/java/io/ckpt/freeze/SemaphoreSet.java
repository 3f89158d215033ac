package io.ckpt.freeze;

import java.util.List;

/** A set of System V semaphores, see semget(2). */
public non-sealed interface SemaphoreSet extends IpcObject {
    List<Integer> values();

    /** Who operated on each of them last, 0 when nobody has. */
    List<Integer> lastUsers();

    @Override
    default String name() {
        return "System V semaphore set " + entry().id();
    }
}
