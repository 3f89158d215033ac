package io.ckpt.procfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** {@code /proc/PID/auxv}: the auxiliary vector of a 64-bit process without its AT_NULL, see getauxval(3). */
public record AuxVector(List<Entry> entries) {
    public static final long AT_PHDR = 3;
    public static final long AT_PAGESZ = 6;
    public static final long AT_BASE = 7;
    public static final long AT_ENTRY = 9;
    public static final long AT_SECURE = 23;
    public static final long AT_RANDOM = 25;
    public static final long AT_EXECFN = 31;
    public static final long AT_SYSINFO_EHDR = 33;

    private static final String FILE = "/proc/PID/auxv";
    private static final int ENTRY_BYTES = 16;

    /** One pair. */
    public record Entry(long type, long value) {}

    /** A vector that does not end in AT_NULL is a fault; what follows AT_NULL is not looked at. */
    public static AuxVector parse(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<Entry> entries = new ArrayList<>();
        while (buffer.remaining() >= ENTRY_BYTES) {
            Entry entry = new Entry(buffer.getLong(), buffer.getLong());
            if (entry.type == 0) {
                return new AuxVector(List.copyOf(entries));
            }
            entries.add(entry);
        }
        throw KernelText.misread(FILE, bytes.length + " bytes without AT_NULL");
    }

    public OptionalLong value(long type) {
        return entries.stream()
                .filter(entry -> entry.type == type)
                .mapToLong(Entry::value)
                .findFirst();
    }
}
