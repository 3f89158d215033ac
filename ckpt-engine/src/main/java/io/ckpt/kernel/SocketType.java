package io.ckpt.kernel;

/** SOCK_* of socket(2). */
public final class SocketType {
    public static final int STREAM = 1;
    public static final int DATAGRAM = 2;
    public static final int RAW = 3;
    public static final int PACKETS = 5;

    private SocketType() {}
}
