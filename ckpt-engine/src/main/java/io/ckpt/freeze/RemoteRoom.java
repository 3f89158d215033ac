package io.ckpt.freeze;

/** A few writable bytes inside a frozen process, lent for a remote system call and put back afterwards. */
public interface RemoteRoom {
    long address();

    void write(int offset, byte[] bytes);

    byte[] read(int offset, int length);

    /** What to do while the room is lent. */
    interface Use<R> {
        R apply(RemoteRoom room);
    }
}
