package io.ckpt.kind.net;

import io.ckpt.freeze.StolenFile;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/** Options of level SOL_SOCKET; see socket(7). */
final class SocketOptions {
    static final int SOL_SOCKET = 1;
    static final int TYPE = 3;
    static final int SEND_ROOM = 7;
    static final int RECEIVE_ROOM = 8;
    static final int PASS_CREDENTIALS = 16;
    static final int RECEIVE_LOW_WATER = 18;
    static final int RECEIVE_TIMEOUT = 20;
    static final int SEND_TIMEOUT = 21;
    static final int FORCE_SEND_ROOM = 32;
    static final int FORCE_RECEIVE_ROOM = 33;
    static final int PASS_SECURITY = 34;
    static final int DOMAIN = 39;

    private static final int TIME_BYTES = 16;

    /** What an application can set on a UNIX socket, by number; the text is how it prints. */
    static final Map<Integer, String> KEPT = kept();

    private SocketOptions() {}

    static int number(StolenFile socket, int name) {
        byte[] value = socket.socketOption(SOL_SOCKET, name, Integer.BYTES);
        return ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt();
    }

    static byte[] value(StolenFile socket, int name) {
        boolean isTime = name == RECEIVE_TIMEOUT || name == SEND_TIMEOUT;
        return socket.socketOption(SOL_SOCKET, name, isTime ? TIME_BYTES : Integer.BYTES);
    }

    /** What a new UNIX socket has: a low-water mark of one byte, and zero for everything else. */
    static boolean isDefault(int name, byte[] value) {
        BigInteger number = new BigInteger(1, value);
        return number.signum() == 0 || (name == RECEIVE_LOW_WATER && value[0] == 1 && number.bitCount() == 1);
    }

    private static Map<Integer, String> kept() {
        Map<Integer, String> kept = new LinkedHashMap<>();
        kept.put(PASS_CREDENTIALS, "SO_PASSCRED");
        kept.put(RECEIVE_LOW_WATER, "SO_RCVLOWAT");
        kept.put(RECEIVE_TIMEOUT, "SO_RCVTIMEO");
        kept.put(SEND_TIMEOUT, "SO_SNDTIMEO");
        kept.put(PASS_SECURITY, "SO_PASSSEC");
        return kept;
    }
}
