package io.ckpt.kind.net;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.SocketOption;
import io.ckpt.image.v1.SocketSettings;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads what an application has set on a socket. */
final class Settings {
    static final int TYPE = 3;
    static final int SEND_ROOM = 7;
    static final int RECEIVE_ROOM = 8;
    static final int ROOMS_LOCKED = 72;
    private static final int UPPER_PROTOCOL = 31;
    private static final int LONGEST_NAME = 16;
    private static final int AUTHENTICATION = 40;
    private static final int AUTHENTICATION_BYTES = 64;
    private static final int STREAM = 1;

    private Settings() {}

    /** Refuses what is set and cannot be set again. */
    static SocketSettings of(StolenFile file, CaptureContext context) {
        SocketSettings.Builder settings =
                rooms(file).setFlags(Description.of(file).flags());
        for (KnownOption option : KnownOption.of(number(file, KnownOption.SOCKET, TYPE))) {
            file.socket()
                    .option(option.level(), option.number(), option.size())
                    .filter(value -> !option.isUsual(value))
                    .ifPresent(value -> keep(settings, option, value, file, context));
        }
        settings.setFilter(ByteString.copyFrom(file.socket().filter()));
        if (isInternet(file) && number(file, KnownOption.SOCKET, TYPE) != STREAM) {
            settings.addAllGroups(Groups.of(file, context)).setMulticastInterface(Groups.interfaceOf(file));
        }
        refuse(file, context);
        return settings.build();
    }

    static SocketSettings.Builder rooms(StolenFile file) {
        return SocketSettings.newBuilder()
                .setSendRoom(number(file, KnownOption.SOCKET, SEND_ROOM))
                .setReceiveRoom(number(file, KnownOption.SOCKET, RECEIVE_ROOM))
                .setRoomsLocked(number(file, KnownOption.SOCKET, ROOMS_LOCKED));
    }

    private static void keep(
            SocketSettings.Builder settings,
            KnownOption option,
            byte[] value,
            StolenFile file,
            CaptureContext context) {
        if (option.when() == KnownOption.When.NEVER) {
            Description.refuse(file, context, option.name() + " is set", "do without it");
        } else if (option.when() != KnownOption.When.UNCONNECTED || !TcpRole.isConnected(file)) {
            settings.addOptions(SocketOption.newBuilder()
                    .setLevel(option.level())
                    .setName(option.number())
                    .setValue(ByteString.copyFrom(value)));
        }
    }

    static int number(StolenFile file, int level, int name) {
        return file.socket()
                .option(level, name, Integer.BYTES)
                .map(value ->
                        ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt())
                .orElse(0);
    }

    private static void refuse(StolenFile file, CaptureContext context) {
        if (file.socket().hasBpf()) {
            Description.refuse(
                    file, context, "a program of eBPF filters what it receives", "detach it (SO_DETACH_BPF)");
        }
        if (isSigned(file)) {
            Description.refuse(
                    file, context, "its segments are signed (TCP_MD5SIG, TCP_AO)", "checkpoint without the connection");
        }
        boolean isLayered = file.socket()
                .option(KnownOption.TCP, UPPER_PROTOCOL, LONGEST_NAME)
                .filter(name -> name.length > 0 && name[0] != 0)
                .isPresent();
        if (isLayered) {
            Description.refuse(file, context, "the kernel runs a protocol above TCP on it (TCP_ULP)", "use none");
        }
    }

    private static boolean isSigned(StolenFile file) {
        return TcpRole.isTcp(file)
                && (file.socket().hasTcpKeys()
                        || file.socket()
                                .answer(KnownOption.TCP, AUTHENTICATION, new byte[AUTHENTICATION_BYTES])
                                .isPresent());
    }

    static boolean isInternet(StolenFile file) {
        int family = TcpRole.family(file);
        return family == InternetAddress.INET || family == InternetAddress.INET6;
    }
}
