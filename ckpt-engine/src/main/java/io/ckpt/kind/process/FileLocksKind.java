package io.ckpt.kind.process;

import io.ckpt.fault.Fault;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.FileLocks;
import io.ckpt.kernel.Fcntl;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.procfs.FdInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Locks of files that a process holds: POSIX, of open file descriptions, flock(2), and leases. A restart takes them
 * again and fails when somebody else has them.
 */
public final class FileLocksKind implements ObjectKind<FrozenProcess, FileLocks> {
    private static final int LOCK_SH = 1;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int F_RDLCK = 0;
    private static final int F_WRLCK = 1;
    /** struct flock: type, whence, padding, start, length, pid, padding. */
    private static final int FLOCK_BYTES = 32;

    private static final int START_OFFSET = 8;

    @Override
    public String name() {
        return "file-locks";
    }

    @Override
    public FileLocks emptyState() {
        return FileLocks.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenProcess process, CaptureContext context) {
        return !process.isZombie()
                && process.files().stream().anyMatch(file -> file.info().contains("\nlock:"));
    }

    @Override
    public FileLocks capture(FrozenProcess process, CaptureContext context) {
        FileLocks.Builder locks = FileLocks.newBuilder();
        for (StolenFile file : process.files()) {
            for (FdInfo.Lock lock : FdInfo.parse(file.info()).locks()) {
                if (lock.sort().equals("BREAKING")) {
                    refuse(file, context);
                }
                locks.addLocks(lock(file, lock));
            }
        }
        return locks.build();
    }

    @Override
    public void plan(ObjectId id, FileLocks state, PlanContext plan) {
        for (FileLocks.Lock lock : state.getLocksList()) {
            Steps arm = plan.arm(id.number(), "pid " + id.number() + ", fd " + lock.getNumber() + " [lock]");
            Operand file = Operand.of(lock.getNumber());
            switch (lock.getType()) {
                case TYPE_PROCESS -> set(arm, file, Operand.named(Fcntl.SETLK, "F_SETLK"), lock);
                case TYPE_DESCRIPTION -> set(arm, file, Operand.named(Fcntl.OFD_SETLK, "F_OFD_SETLK"), lock);
                case TYPE_LEASE ->
                    arm.call(SystemCall.FCNTL, file, Operand.named(Fcntl.SETLEASE, "F_SETLEASE"), type(lock));
                default -> arm.call(SystemCall.FLOCK, file, whole(lock));
            }
        }
    }

    private static FileLocks.Type type(StolenFile file, FdInfo.Lock lock) {
        return switch (lock.type()) {
            case "POSIX" -> FileLocks.Type.TYPE_PROCESS;
            case "OFDLCK" -> FileLocks.Type.TYPE_DESCRIPTION;
            case "FLOCK" -> FileLocks.Type.TYPE_WHOLE;
            case "LEASE" -> FileLocks.Type.TYPE_LEASE;
            default -> throw Fault.internal(file + ": a lock of type " + lock.type(), null);
        };
    }

    private static FileLocks.Lock lock(StolenFile file, FdInfo.Lock lock) {
        boolean toTheEnd = lock.last() == Long.MAX_VALUE;
        return FileLocks.Lock.newBuilder()
                .setNumber(file.number())
                .setType(type(file, lock))
                .setExclusive(lock.mode().equals("WRITE"))
                .setStart(lock.first())
                .setLength(toTheEnd ? 0 : lock.last() - lock.first() + 1)
                .build();
    }

    private static void refuse(StolenFile file, CaptureContext context) {
        Description.refuse(
                file, context, "its lease is being broken", "checkpoint when the program has given it up (F_UNLCK)");
    }

    private static Operand whole(FileLocks.Lock lock) {
        return lock.getExclusive()
                ? Operand.named(LOCK_EX | LOCK_NB, "LOCK_EX|LOCK_NB")
                : Operand.named(LOCK_SH | LOCK_NB, "LOCK_SH|LOCK_NB");
    }

    private static Operand.Immediate type(FileLocks.Lock lock) {
        return lock.getExclusive()
                ? new Operand.Immediate(F_WRLCK, "F_WRLCK")
                : new Operand.Immediate(F_RDLCK, "F_RDLCK");
    }

    private static void set(Steps arm, Operand file, Operand command, FileLocks.Lock lock) {
        ByteBuffer flock = ByteBuffer.allocate(FLOCK_BYTES).order(ByteOrder.nativeOrder());
        flock.putShort((short) type(lock).value())
                .putLong(START_OFFSET, lock.getStart())
                .putLong(START_OFFSET + Long.BYTES, lock.getLength());
        String text = "{" + type(lock).text() + ", start=" + lock.getStart() + ", len=" + lock.getLength() + "}";
        arm.call(
                SystemCall.FCNTL,
                file,
                command,
                Data.struct(flock.array(), text).address());
    }
}
