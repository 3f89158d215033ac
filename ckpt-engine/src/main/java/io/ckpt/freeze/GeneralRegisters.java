package io.ckpt.freeze;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The general registers of a stopped thread: struct user_regs_struct of x86-64. Immutable. */
public final class GeneralRegisters {
    /** NT_PRSTATUS of elf(5), and the length of the set for a 64-bit program. */
    static final int TYPE = 1;

    static final int LENGTH = 27 * Long.BYTES;

    /** The registers that are asked for by name, with their place in the structure. */
    public enum Name {
        RAX(10),
        RDI(14),
        ORIG_RAX(15),
        RIP(16),
        RSP(19);

        private final int offset;

        Name(int index) {
            offset = index * Long.BYTES;
        }
    }

    private final byte[] bytes;

    public GeneralRegisters(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    byte[] bytes() {
        return bytes.clone();
    }

    public long get(Name register) {
        return view(bytes).getLong(register.offset);
    }

    GeneralRegisters with(Name register, long value) {
        byte[] changed = bytes.clone();
        view(changed).putLong(register.offset, value);
        return new GeneralRegisters(changed);
    }

    private static ByteBuffer view(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
