package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import io.ckpt.kernel.SocketType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Looks through the receive queue of a UNIX or UDP socket, message by message, and takes nothing. */
final class SocketQueue {
    private static final int LARGEST_NAME = 128;
    private static final int USUAL_MESSAGE = 256 * 1024;
    private static final int LARGEST_MESSAGE = 1 << 30;
    private static final int MOST_DESCRIPTORS = 253;
    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;

    private final HeldFile file;
    private final boolean isStream;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(USUAL_MESSAGE);

    /**
     * A message, or bytes of a stream between two places where descriptors travel.
     *
     * @param descriptors duplicates, to be closed
     * @param credentials pid, uid and gid of the sender; pid 0 when it did not say, -1 where there is no message
     */
    record Piece(byte[] bytes, byte[] sender, int[] descriptors, int[] credentials) {}

    private SocketQueue(HeldFile file) {
        this.file = file;
        byte[] type = file.socketOption(SOL_SOCKET, SO_TYPE, Integer.BYTES);
        this.isStream = ByteBuffer.wrap(type).order(ByteOrder.nativeOrder()).getInt() == SocketType.STREAM;
    }

    static List<Piece> of(HeldFile file) {
        return new SocketQueue(file).pieces();
    }

    private List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>();
        long offset = 0;
        for (Optional<Piece> found = next(0); found.isPresent(); found = next(offset)) {
            pieces.add(found.get());
            offset += found.get().bytes().length;
        }
        return pieces;
    }

    private Optional<Piece> next(long offset) {
        Optional<Piece> found = peek(offset).filter(piece -> !isEnd(piece));
        if (!isStream || found.isEmpty()) {
            return found;
        }
        int plain = found.get().descriptors().length == 0
                ? 0
                : plainBytes(offset, found.get().bytes().length);
        return plain == 0 ? found : Optional.of(withoutDescriptors(found.get(), plain));
    }

    /** Of what the other end has closed. A message without bytes has a sender. */
    private boolean isEnd(Piece piece) {
        boolean isMessage = !isStream && (piece.credentials()[0] >= 0 || piece.sender().length > 0);
        return piece.bytes().length == 0 && !isMessage;
    }

    /** A stream hands out plain bytes together with those that follow and have descriptors. */
    private int plainBytes(long offset, int length) {
        long plain = LibCkpt.peekBefore(file.descriptor(), offset, buffer, length);
        return (int) KernelAnswer.require(plain, () -> file + ": recvmsg(MSG_PEEK)");
    }

    private static Piece withoutDescriptors(Piece piece, int length) {
        close(piece.descriptors());
        return new Piece(Arrays.copyOf(piece.bytes(), length), piece.sender(), new int[0], piece.credentials());
    }

    private Optional<Piece> peek(long offset) {
        int size = buffer.capacity();
        byte[] name = new byte[LARGEST_NAME];
        int[] nameSize = {LARGEST_NAME};
        int[] descriptors = new int[MOST_DESCRIPTORS];
        int[] count = new int[1];
        int[] credentials = new int[3];
        long length = LibCkpt.peekSocket(
                file.descriptor(), offset, buffer, size, name, nameSize, descriptors, count, credentials);
        if (Errno.EMSGSIZE.is(length) && size < LARGEST_MESSAGE) {
            buffer = ByteBuffer.allocateDirect(4 * size);
            return peek(offset);
        }
        if (Errno.EAGAIN.is(length)) {
            return Optional.empty();
        }
        byte[] bytes = new byte[(int) KernelAnswer.require(length, () -> file + ": recvmsg(MSG_PEEK)")];
        buffer.get(0, bytes);
        return Optional.of(
                new Piece(bytes, Arrays.copyOf(name, nameSize[0]), Arrays.copyOf(descriptors, count[0]), credentials));
    }

    private static void close(int[] descriptors) {
        Arrays.stream(descriptors).forEach(LibCkpt::close);
    }
}
