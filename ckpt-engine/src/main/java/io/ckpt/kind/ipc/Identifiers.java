package io.ckpt.kind.ipc;

import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.nio.charset.StandardCharsets;

/** Ids of System V objects: an index into the kernel's table, and above it how often that was used. */
final class Identifiers {
    static final Operand REMOVE = Operand.named(0, "IPC_RMID");
    static final Operand SET = Operand.named(1, "IPC_SET");

    private static final int CREATE = 01000;
    private static final int EXCLUSIVE = 02000;
    private static final int INDEX = 0x7fff;

    private Identifiers() {}

    /** The next object of a sort ({@code shm}, {@code sem}, {@code msg}) gets this id. */
    static void choose(Steps steps, String sort, int id) {
        byte[] text = Integer.toString(id).getBytes(StandardCharsets.US_ASCII);
        Slot file = steps.call(
                "next",
                SystemCall.OPENAT,
                Operand.named(-100, "AT_FDCWD"),
                Operand.text("/proc/sys/kernel/" + sort + "_next_id"),
                Operand.named(OpenFlags.WRONLY, "O_WRONLY"));
        steps.expect(
                Word.Expect.exactly(text.length),
                SystemCall.WRITE,
                file,
                Operand.text(Integer.toString(id)),
                Operand.of(text.length));
        steps.call(SystemCall.CLOSE, file);
    }

    static Operand make(int mode) {
        return Operand.named(CREATE | EXCLUSIVE | mode, "IPC_CREAT|IPC_EXCL|0" + Integer.toOctalString(mode));
    }

    /** True when an object that is there leaves no room for another; IPC_PRIVATE is no key. */
    static boolean collide(int id, int key, int wantedId, int wantedKey) {
        return (id & INDEX) == (wantedId & INDEX) || (key != 0 && key == wantedKey);
    }
}
