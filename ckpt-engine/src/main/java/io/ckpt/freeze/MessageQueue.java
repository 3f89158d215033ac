package io.ckpt.freeze;

import java.util.List;

/** A System V message queue, see msgget(2). */
public non-sealed interface MessageQueue extends IpcObject {
    /** Who sent the last message to it, 0 when nobody has. */
    int sender();

    /** Who took the last message from it, 0 when nobody has. */
    int receiver();

    /** Bytes that may wait in it. */
    long capacity();

    /** What waits in it, read without taking it. */
    List<Message> messages();

    @Override
    default String name() {
        return "System V message queue " + entry().id();
    }

    record Message(long type, byte[] text) {}
}
