package io.ckpt.kind.net;

import io.ckpt.freeze.StolenFile;
import io.ckpt.kernel.SystemCall;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Network interfaces: an image has them by name, for each node numbers them for itself. */
final class Interfaces {
    private static final long GET_NAME = 0x8910;
    private static final Operand GET_INDEX = Operand.named(0x8933, "SIOCGIFINDEX");
    private static final int LONGEST_NAME = 16;
    private static final int REQUEST = 40;

    private Interfaces() {}

    /** Of the network that the socket is in. */
    static String name(StolenFile socket, int index) {
        ByteBuffer request = ByteBuffer.allocate(REQUEST).order(ByteOrder.nativeOrder());
        request.putInt(LONGEST_NAME, index);
        socket.ioctl(GET_NAME, request);
        return new String(request.array(), 0, LONGEST_NAME, StandardCharsets.US_ASCII).trim();
    }

    static Slot index(SocketPlan socket, String name) {
        byte[] request = new byte[REQUEST];
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, request, 0, text.length);
        Data data = Data.struct(request, "{\"" + name + "\"}");
        socket.steps().call(SystemCall.IOCTL, socket.socket(), GET_INDEX, data.address());
        return socket.steps().load("index." + name, data.at(LONGEST_NAME), Integer.BYTES);
    }
}
