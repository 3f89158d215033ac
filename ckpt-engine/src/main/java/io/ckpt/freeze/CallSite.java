package io.ckpt.freeze;

import static io.ckpt.freeze.GeneralRegisters.Name.RIP;
import static io.ckpt.freeze.GeneralRegisters.Name.RSP;

import io.ckpt.fault.Fault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The code that led up to a system call, by which its number is found when the registers no longer tell it.
 *
 * @param code the bytes before the address in rip
 * @param caller the bytes before the return address, when the call was made by syscall(3); else empty
 */
record CallSite(byte[] code, byte[] caller) {
    private static final long PAGE = 4096;
    private static final int LENGTH = 32;
    private static final int CALLER_LENGTH = 64;
    private static final byte MOV_TO_EAX = (byte) 0xb8;
    private static final byte MOV_TO_EDI = (byte) 0xbf;
    /** {@code mov %rdi,%rax; mov %rsi,%rdi}: syscall(3) moves its arguments, the first one is the number. */
    private static final byte[] SHUFFLE = {0x48, (byte) 0x89, (byte) 0xf8, 0x48, (byte) 0x89, (byte) 0xf7};

    static CallSite read(TaskMemory memory, GeneralRegisters registers) {
        byte[] code = before(memory, registers.get(RIP), LENGTH);
        if (!isShuffle(code)) {
            return new CallSite(code, new byte[0]);
        }
        byte[] address = memory.read(registers.get(RSP), Long.BYTES);
        long caller = ByteBuffer.wrap(address).order(ByteOrder.LITTLE_ENDIAN).getLong();
        return new CallSite(code, before(memory, caller, CALLER_LENGTH));
    }

    /** As many bytes as there are: code may begin with its mapping. */
    private static byte[] before(TaskMemory memory, long address, int length) {
        try {
            return memory.read(address - length, length);
        } catch (Fault e) {
            return memory.read(address & -PAGE, (int) (address & (PAGE - 1)));
        }
    }

    /** The last of these numbers that the code loads. */
    OptionalInt number(Set<Integer> among) {
        return caller.length > 0 ? lastLoaded(caller, MOV_TO_EDI, among) : lastLoaded(code, MOV_TO_EAX, among);
    }

    private static OptionalInt lastLoaded(byte[] code, byte mov, Set<Integer> among) {
        for (int at = code.length - 5; at >= 0; at--) {
            if (code[at] == mov && code[at + 2] == 0 && code[at + 3] == 0 && code[at + 4] == 0) {
                int number = Byte.toUnsignedInt(code[at + 1]);
                if (among.contains(number)) {
                    return OptionalInt.of(number);
                }
            }
        }
        return OptionalInt.empty();
    }

    private static boolean isShuffle(byte[] code) {
        for (int at = 0; at + SHUFFLE.length <= code.length; at++) {
            if (ByteBuffer.wrap(code, at, SHUFFLE.length).equals(ByteBuffer.wrap(SHUFFLE))) {
                return true;
            }
        }
        return false;
    }
}
