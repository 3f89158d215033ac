package io.ckpt.kind.process;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.FileOwners;
import io.ckpt.kernel.Fcntl;
import io.ckpt.kernel.OpenFlags;
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
import io.ckpt.procfs.ProcStat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalInt;

/** Whom the open files of a process signal when something can be read or written, or a lease is broken. */
public final class FileOwnersKind implements ObjectKind<FrozenProcess, FileOwners> {
    private static final int TASK = 0;
    private static final int PROCESS = 1;
    private static final int OWNER_BYTES = 8;
    private static final int SETTABLE = OpenFlags.ACCESS_MODE
            | OpenFlags.APPEND
            | OpenFlags.NONBLOCK
            | OpenFlags.ASYNC
            | OpenFlags.DIRECT
            | OpenFlags.NOATIME;

    @Override
    public String name() {
        return "file-owners";
    }

    @Override
    public FileOwners emptyState() {
        return FileOwners.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenProcess process, CaptureContext context) {
        return !process.isZombie() && !owned(process, context).isEmpty();
    }

    @Override
    public FileOwners capture(FrozenProcess process, CaptureContext context) {
        FileOwners.Builder owners = FileOwners.newBuilder();
        owned(process, context).forEach(file -> owners.addOwners(owner(file, context)));
        return owners.build();
    }

    @Override
    public void plan(ObjectId id, FileOwners state, PlanContext plan) {
        for (FileOwners.Owner owner : state.getOwnersList()) {
            Steps arm = plan.arm(id.number(), "pid " + id.number() + ", fd " + owner.getNumber() + " [owner]");
            Operand file = Operand.of(owner.getNumber());
            arm.call(
                    SystemCall.FCNTL,
                    file,
                    Operand.named(Fcntl.SETOWN_EX, "F_SETOWN_EX"),
                    struct(owner.getType(), plan.seenBy(id.number(), owner.getId()))
                            .address());
            arm.call(SystemCall.FCNTL, file, Operand.named(Fcntl.SETSIG, "F_SETSIG"), Operand.of(owner.getSignal()));
            if (owner.getFlags() != 0) {
                Operand flags = Operand.named(owner.getFlags(), OpenFlags.text(owner.getFlags()));
                arm.call(SystemCall.FCNTL, file, Operand.named(Fcntl.SETFL, "F_SETFL"), flags);
            }
        }
    }

    /** The first descriptor of each description that signals somebody. */
    private static List<StolenFile> owned(FrozenProcess process, CaptureContext context) {
        return process.files().stream()
                .filter(file -> (flags(file) & OpenFlags.PATH) == 0)
                .filter(file -> file.owner().id() != 0 || file.owner().signal() != 0)
                .filter(file -> isFirst(file, context))
                .toList();
    }

    private static boolean isFirst(StolenFile file, CaptureContext context) {
        return context.files().stream()
                .filter(other -> other.description() == file.description())
                .findFirst()
                .filter(first -> first == file)
                .isPresent();
    }

    private static FileOwners.Owner owner(StolenFile file, CaptureContext context) {
        StolenFile.Owner owner = file.owner();
        OptionalInt id = innerId(owner, file.process(), context);
        if (id.isEmpty()) {
            Description.refuse(
                    file,
                    context,
                    "it signals process or group " + owner.id() + " outside the job or its pid namespace (F_SETOWN)",
                    "checkpoint that process with it, or use poll(2)");
        }
        return FileOwners.Owner.newBuilder()
                .setNumber(file.number())
                .setType(owner.type())
                .setId(id.orElse(0))
                .setSignal(owner.signal())
                .setFlags((flags(file) & OpenFlags.ASYNC) == 0 ? 0 : flags(file) & SETTABLE)
                .build();
    }

    private static OptionalInt innerId(StolenFile.Owner owner, FrozenProcess holder, CaptureContext context) {
        if (owner.id() == 0) {
            return OptionalInt.of(0);
        }
        return context.job().processes().stream()
                .filter(holder::sees)
                .flatMapToInt(process -> innerId(owner, process).stream())
                .findFirst();
    }

    private static OptionalInt innerId(StolenFile.Owner owner, FrozenProcess process) {
        return switch (owner.type()) {
            case TASK ->
                process.threads().stream()
                        .filter(thread -> thread.tid() == owner.id())
                        .mapToInt(thread -> thread.innerTid())
                        .findFirst();
            case PROCESS -> process.pid() == owner.id() ? OptionalInt.of(process.innerPid()) : OptionalInt.empty();
            default ->
                ProcStat.parse(process.text("stat")).group() == owner.id()
                        ? OptionalInt.of(process.procStatus().innerProcessGroup())
                        : OptionalInt.empty();
        };
    }

    private static int flags(StolenFile file) {
        return FdInfo.parse(file.info()).flags();
    }

    /** struct f_owner_ex. */
    private static Data struct(int owner, int who) {
        byte[] bytes = ByteBuffer.allocate(OWNER_BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(owner)
                .putInt(who)
                .array();
        String type =
                switch (owner) {
                    case TASK -> "F_OWNER_TID";
                    case PROCESS -> "F_OWNER_PID";
                    default -> "F_OWNER_PGRP";
                };
        return Data.struct(bytes, "{" + type + ", " + who + "}");
    }
}
