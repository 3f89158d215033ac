package io.ckpt.kind;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a linker writes into a program or library so that two builds can be told apart: a note of type NT_GNU_BUILD_ID, see
 * elf(5). It is sought at the beginning of the file, where linkers put it.
 */
public final class BuildId {
    /** So much of a file is looked at. */
    public static final int BEGINNING = 4096;

    private static final int MAGIC = 0x464c457f;
    private static final int CLASS_AND_ORDER = 0x0102; // 64 bits, little endian
    private static final int HEADER = 64;
    private static final int SEGMENTS_AT = 32;
    private static final int SEGMENT_SIZE = 54;
    private static final int SEGMENT_COUNT = 56;
    private static final int SEGMENT = 56;
    private static final int NOTES = 4; // PT_NOTE
    private static final int GNU_BUILD_ID = 3;
    private static final int GNU = 0x00554e47;
    private static final int ALIGNMENT = 4;

    private final ByteBuffer file;

    private BuildId(byte[] beginning) {
        this.file = ByteBuffer.wrap(beginning).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Empty where there is none. */
    public static ByteString in(byte[] beginning) {
        BuildId file = new BuildId(beginning);
        return file.isElf() ? file.inSegments() : ByteString.EMPTY;
    }

    private boolean isElf() {
        return file.limit() >= HEADER && file.getInt(0) == MAGIC && file.getShort(4) == CLASS_AND_ORDER;
    }

    private ByteString inSegments() {
        long first = file.getLong(SEGMENTS_AT);
        int count = Short.toUnsignedInt(file.getShort(SEGMENT_COUNT));
        if (Short.toUnsignedInt(file.getShort(SEGMENT_SIZE)) != SEGMENT) {
            return ByteString.EMPTY;
        }
        for (int i = 0; i < count && isThere(first + (long) i * SEGMENT, SEGMENT); i++) {
            int segment = (int) first + i * SEGMENT;
            ByteString found = file.getInt(segment) == NOTES
                    ? inNotes(file.getLong(segment + 8), file.getLong(segment + 32))
                    : ByteString.EMPTY;
            if (!found.isEmpty()) {
                return found;
            }
        }
        return ByteString.EMPTY;
    }

    private ByteString inNotes(long start, long length) {
        long at = start;
        while (at - start < length && isThere(at, 16)) {
            int note = (int) at;
            long name = Integer.toUnsignedLong(file.getInt(note));
            long content = Integer.toUnsignedLong(file.getInt(note + 4));
            long contentAt = at + 12 + aligned(name);
            if (file.getInt(note + 8) == GNU_BUILD_ID
                    && name == 4
                    && file.getInt(note + 12) == GNU
                    && isThere(contentAt, content)) {
                return ByteString.copyFrom(file.array(), (int) contentAt, (int) content);
            }
            at = contentAt + aligned(content);
        }
        return ByteString.EMPTY;
    }

    private boolean isThere(long at, long length) {
        return at >= 0 && at <= file.limit() && length <= file.limit() - at;
    }

    private static long aligned(long bytes) {
        return bytes + ALIGNMENT - 1 & -ALIGNMENT;
    }
}
