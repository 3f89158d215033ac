package io.ckpt.restart;

import com.google.protobuf.ByteString;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a vdso exports, read as a dynamic linker would read it: by its dynamic section, with versions, see elf(5). It is one
 * segment, and lies in memory as it does in its file.
 */
final class ExportedFunctions {
    private static final int MAGIC = 0x464c457f;
    private static final int CLASS_AND_ORDER = 0x0102; // 64 bits, little endian
    private static final int SEGMENTS_AT = 32;
    private static final int SEGMENT_COUNT = 56;
    private static final int SEGMENT = 56;
    private static final int LOAD = 1;
    private static final int DYNAMIC = 2;
    private static final int ENTRY = 16;
    private static final int SYMBOL = 24;
    private static final int FUNCTION = 2;
    private static final int HIDDEN = 0x8000;

    /** Tags of the dynamic section. */
    private static final long HASH = 4;

    private static final long GNU_HASH = 0x6ffffef5;
    private static final long STRINGS = 5;
    private static final long SYMBOLS = 6;
    private static final long VERSIONS = 0x6ffffff0;
    private static final long VERSION_DEFINITIONS = 0x6ffffffc;
    private static final long VERSION_COUNT = 0x6ffffffd;

    private final ByteBuffer file;
    private final long base;
    private final Map<Long, Long> dynamic;
    private final Map<Integer, String> versions;

    /**
     * @param offset of its first instruction in the file
     * @param size of its code
     */
    record Function(int offset, long size) {
        boolean contains(int place) {
            return place >= offset && place < offset + size;
        }
    }

    private ExportedFunctions(ByteString library) {
        this.file = library.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        require(has(0, SEGMENTS_AT + 8) && file.getInt(0) == MAGIC && file.getShort(4) == CLASS_AND_ORDER);
        this.base = file.getLong(segment(LOAD) + 16);
        this.dynamic = dynamic();
        this.versions = versions();
    }

    /**
     * By name and version: {@code __vdso_time@LINUX_2.6}.
     *
     * @throws Fault IMAGE_DAMAGED when this is no such file
     */
    static Map<String, Function> of(ByteString library) {
        return new ExportedFunctions(library).all();
    }

    private Map<String, Function> all() {
        Map<String, Function> functions = new TreeMap<>();
        int symbols = address(SYMBOLS);
        int count = symbolCount();
        for (int i = 1; i < count; i++) {
            int symbol = checked(symbols + (long) i * SYMBOL, SYMBOL);
            if ((file.get(symbol + 4) & 0xf) == FUNCTION && file.getShort(symbol + 6) != 0) {
                Function function = new Function(inFile(file.getLong(symbol + 8), 1), file.getLong(symbol + 16));
                require(function.size >= 0 && has(function.offset, function.size));
                functions.put(string(file.getInt(symbol)) + version(i), function);
            }
        }
        return functions;
    }

    private int segment(int type) {
        long first = file.getLong(SEGMENTS_AT);
        int count = Short.toUnsignedInt(file.getShort(checked(SEGMENT_COUNT, 2)));
        for (int i = 0; i < count; i++) {
            int segment = checked(first + (long) i * SEGMENT, SEGMENT);
            if (file.getInt(segment) == type) {
                return segment;
            }
        }
        throw damaged();
    }

    private Map<Long, Long> dynamic() {
        Map<Long, Long> found = new HashMap<>();
        int segment = segment(DYNAMIC);
        int start = inFile(file.getLong(segment + 16), 0);
        long entries = file.getLong(segment + 32) / ENTRY;
        for (long i = 0; i < entries; i++) {
            int entry = checked(start + i * ENTRY, ENTRY);
            if (file.getLong(entry) == 0) {
                break;
            }
            found.put(file.getLong(entry), file.getLong(entry + 8));
        }
        return found;
    }

    /** Nothing but a hash table tells how many symbols there are. */
    private int symbolCount() {
        if (dynamic.containsKey(HASH)) {
            return file.getInt(checked(address(HASH) + 4L, 4));
        }
        int table = checked(address(GNU_HASH), 16);
        int buckets = file.getInt(table);
        int first = file.getInt(table + 4);
        long bucketsAt = table + 16 + Integer.toUnsignedLong(file.getInt(table + 8)) * Long.BYTES;
        int last = 0;
        for (int i = 0; i < buckets; i++) {
            last = Math.max(last, file.getInt(checked(bucketsAt + 4L * i, 4)));
        }
        long chains = bucketsAt + 4L * buckets;
        while (last >= first && (file.getInt(checked(chains + 4L * (last - first), 4)) & 1) == 0) {
            last++;
        }
        return last + 1;
    }

    private Map<Integer, String> versions() {
        Map<Integer, String> names = new HashMap<>();
        long definition = dynamic.containsKey(VERSION_DEFINITIONS) ? address(VERSION_DEFINITIONS) : 0;
        long count = dynamic.getOrDefault(VERSION_COUNT, 0L);
        require(count <= file.limit());
        for (long i = 0; i < count; i++) {
            int at = checked(definition, 20);
            int name = checked(definition + Integer.toUnsignedLong(file.getInt(at + 12)), 8);
            names.put(Short.toUnsignedInt(file.getShort(at + 4)), string(file.getInt(name)));
            definition += Integer.toUnsignedLong(file.getInt(at + 16));
        }
        return names;
    }

    private String version(int symbol) {
        if (!dynamic.containsKey(VERSIONS)) {
            return "";
        }
        int index = Short.toUnsignedInt(file.getShort(checked(address(VERSIONS) + 2L * symbol, 2))) & ~HIDDEN;
        return versions.containsKey(index) ? "@" + versions.get(index) : "";
    }

    private String string(int offset) {
        int start = checked(address(STRINGS) + Integer.toUnsignedLong(offset), 1);
        StringBuilder text = new StringBuilder();
        for (int at = start; file.get(checked(at, 1)) != 0; at++) {
            text.append((char) (file.get(at) & 0xff));
        }
        return text.toString();
    }

    private int address(long tag) {
        require(dynamic.containsKey(tag));
        return inFile(dynamic.get(tag), 1);
    }

    private int inFile(long address, long length) {
        return checked(address - base, length);
    }

    private int checked(long at, long length) {
        require(has(at, length));
        return (int) at;
    }

    private boolean has(long at, long length) {
        return at >= 0 && at <= file.limit() && length <= file.limit() - at;
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw damaged();
        }
    }

    private static Fault damaged() {
        return new Fault(
                FaultCode.IMAGE_DAMAGED,
                "what the image has as the vdso of its kernel is none",
                "restart from an older checkpoint, or under the kernel it was taken under");
    }
}
