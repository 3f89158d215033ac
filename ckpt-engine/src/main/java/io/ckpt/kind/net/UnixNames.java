package io.ckpt.kind.net;

import com.google.protobuf.ByteString;
import io.ckpt.fault.Fault;
import io.ckpt.freeze.FileStatus;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.UnixName;
import io.ckpt.kernel.FileMode;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.FileExpectation;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Where UNIX sockets are bound: to a path, or to an abstract name; see unix(7). */
final class UnixNames {
    static final int FAMILY_BYTES = 2;
    private static final short AF_UNIX = 1;
    private static final int PERMISSIONS = 07777;
    private static final Operand AT_FDCWD = Operand.named(-100, "AT_FDCWD");

    private UnixNames() {}

    /** Where a socket is bound; empty when it is not. */
    static Optional<UnixName> of(StolenFile file, CaptureContext context) {
        byte[] address = address(file.socket().name());
        if (address.length == 0) {
            return Optional.empty();
        }
        UnixName.Builder name = UnixName.newBuilder().setAddress(ByteString.copyFrom(address));
        if (address[0] == 0) {
            return Optional.of(name.build());
        }
        if (address[0] != '/') {
            Description.refuse(
                    file, context, "its path " + path(name.build()) + " is relative", "bind it to an absolute path");
        }
        linkedTo(file, path(name.build()))
                .ifPresent(status -> name.setLinked(true).setMode(status.mode() & PERMISSIONS));
        return Optional.of(name.build());
    }

    /** What follows the family; without the NUL that ends a path. */
    static byte[] address(byte[] socketName) {
        byte[] address = Arrays.copyOfRange(socketName, Math.min(FAMILY_BYTES, socketName.length), socketName.length);
        boolean isPath = address.length > 0 && address[0] != 0;
        return isPath && address[address.length - 1] == 0 ? Arrays.copyOf(address, address.length - 1) : address;
    }

    static boolean isReachable(UnixName name) {
        return name.getLinked() || name.getAddress().byteAt(0) == 0;
    }

    /** A socket that is in the way may be replaced, nothing else. */
    static Optional<FileExpectation> expectation(UnixName name) {
        return name.getLinked() ? Optional.of(FileExpectation.ofType(path(name), FileMode.SOCKET)) : Optional.empty();
    }

    /** A path that no longer led to it is not made again: the kernel chooses an abstract name instead. */
    static void bind(SocketPlan socket, UnixName name, PlanContext plan) {
        Steps steps = socket.steps();
        if (name.getLinked()) {
            Operand path = Operand.text(path(name));
            plan.asOwner(steps, () -> {
                steps.expect(Word.Expect.ANYTHING, SystemCall.UNLINKAT, AT_FDCWD, path, Operand.of(0));
                bind(socket, data(name.getAddress()));
                Operand mode = Operand.named(name.getMode(), "0" + Integer.toOctalString(name.getMode()));
                steps.call(SystemCall.FCHMODAT, AT_FDCWD, path, mode, Operand.of(0));
            });
        } else {
            bind(socket, data(isReachable(name) ? name.getAddress() : ByteString.EMPTY));
        }
    }

    /** struct sockaddr_un. */
    static Data data(ByteString address) {
        boolean isPath = !address.isEmpty() && address.byteAt(0) != 0;
        ByteBuffer bytes = ByteBuffer.allocate(FAMILY_BYTES + address.size() + (isPath ? 1 : 0))
                .order(ByteOrder.nativeOrder())
                .putShort(AF_UNIX)
                .put(address.toByteArray());
        String text = address.toString(StandardCharsets.UTF_8).replace('\0', '@');
        return Data.struct(bytes.array(), "{\"" + text + "\"}");
    }

    /** As /proc/net/unix shows it. */
    static String text(UnixName name) {
        return path(name).replace('\0', '@');
    }

    private static void bind(SocketPlan socket, Data name) {
        socket.steps().call(SystemCall.BIND, socket.socket(), name.address(), Operand.of(name.size()));
    }

    private static String path(UnixName name) {
        return name.getAddress().toString(StandardCharsets.UTF_8);
    }

    private static Optional<FileStatus> linkedTo(StolenFile file, String path) {
        try {
            return Optional.of(file.process().status("root" + path)).filter(FileStatus::isSocket);
        } catch (Fault gone) {
            return Optional.empty();
        }
    }
}
