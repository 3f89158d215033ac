package io.ckpt.kernel;

import java.util.Set;

/** States of a TCP socket, as TCP_INFO and /proc/net/tcp number them. */
public final class TcpState {
    public static final int ESTABLISHED = 1;
    public static final int SYN_SENT = 2;
    public static final int SYN_RECV = 3;
    public static final int FIN_WAIT1 = 4;
    public static final int FIN_WAIT2 = 5;
    public static final int TIME_WAIT = 6;
    public static final int CLOSE = 7;
    public static final int CLOSE_WAIT = 8;
    public static final int LAST_ACK = 9;
    public static final int LISTEN = 10;
    public static final int CLOSING = 11;

    private static final Set<Integer> SENT_FIN = Set.of(FIN_WAIT1, FIN_WAIT2, CLOSING, LAST_ACK, TIME_WAIT);

    private TcpState() {}

    /** True when the socket has closed its own direction: its FIN is queued, sent or acknowledged. */
    public static boolean hasClosedSending(int state) {
        return SENT_FIN.contains(state);
    }
}
