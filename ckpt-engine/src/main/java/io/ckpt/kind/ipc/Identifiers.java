package io.ckpt.kind.ipc;

import io.ckpt.freeze.IpcObject;
import io.ckpt.freeze.NodeNames;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Ids of System V objects: an index into the kernel's table, and above it how often that was used. */
final class Identifiers {
    static final Operand REMOVE = Operand.named(0, "IPC_RMID");
    static final Operand SET = Operand.named(1, "IPC_SET");

    private static final int CREATE = 01000;
    private static final int EXCLUSIVE = 02000;
    private static final int INDEX = 0x7fff;
    private static final int STRUCTURE = 128;
    private static final int CAPACITY = 88;

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

    static Operand.Immediate make(int mode) {
        return new Operand.Immediate(CREATE | EXCLUSIVE | mode, "IPC_CREAT|IPC_EXCL|0" + Integer.toOctalString(mode));
    }

    /** The structure that IPC_SET takes owner and mode from: struct ipc64_perm, with room for what follows it. */
    static Data owner(int uid, int gid, int mode) {
        return Data.struct(permissions(uid, gid, mode).array(), text(uid, gid, mode) + "}");
    }

    /** The same of a message queue: struct msqid64_ds. */
    static Data owner(int uid, int gid, int mode, long capacity) {
        byte[] bytes = permissions(uid, gid, mode).putLong(CAPACITY, capacity).array();
        return Data.struct(bytes, text(uid, gid, mode) + ", qbytes=" + capacity + "}");
    }

    private static ByteBuffer permissions(int uid, int gid, int mode) {
        return ByteBuffer.allocate(STRUCTURE)
                .order(ByteOrder.nativeOrder())
                .putInt(4, uid)
                .putInt(8, gid)
                .putInt(20, mode);
    }

    private static String text(int uid, int gid, int mode) {
        return "{uid=" + uid + ", gid=" + gid + ", mode=0" + Integer.toOctalString(mode);
    }

    /** What stands in the place of an object, unless it is what a job that has ended left there. */
    static Optional<String> taken(Class<? extends IpcObject> sort, IpcObject.Entry wanted, NodeNames node) {
        return node.ipcObjects().stream()
                .filter(sort::isInstance)
                .filter(there -> collide(there.entry().id(), there.entry().key(), wanted.id(), wanted.key()))
                .filter(there -> !isLeft(there, wanted))
                .findFirst()
                .map(there -> there.name() + " of uid " + there.entry().uid() + " is in its place");
    }

    private static boolean isLeft(IpcObject there, IpcObject.Entry wanted) {
        return there.entry().id() == wanted.id()
                && there.entry().key() == wanted.key()
                && there.entry().uid() == wanted.uid()
                && there.users().stream().noneMatch(there::wasThere);
    }

    /** True when an object that is there leaves no room for another; IPC_PRIVATE is no key. */
    static boolean collide(int id, int key, int wantedId, int wantedKey) {
        return (id & INDEX) == (wantedId & INDEX) || (key != 0 && key == wantedKey);
    }
}
