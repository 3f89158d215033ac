package io.ckpt.kind.file;

import io.ckpt.freeze.FileStatus;
import io.ckpt.freeze.Rights.Access;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.RegularFile;
import io.ckpt.kernel.FileMode;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.FileExpectation;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.kind.RestartOptions.FilePolicy;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.util.Optional;

/** A regular file that has a name. Its content stays where it is. */
public final class RegularFileKind implements ObjectKind<StolenFile, RegularFile>, FileExpectation.Source<RegularFile> {
    @Override
    public String name() {
        return "regular";
    }

    @Override
    public RegularFile emptyState() {
        return RegularFile.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.status().isRegular()
                && Names.isOrdinary(file)
                && Names.path(file).isPresent();
    }

    @Override
    public RegularFile capture(StolenFile file, CaptureContext context) {
        Names.refuseProcess(file, context);
        Description description = Description.of(file);
        FileStatus status = file.status();
        Names.opens(file, context, Access.of(description.flags()));
        return RegularFile.newBuilder()
                .setPath(Names.path(file).orElseThrow())
                .setFlags(description.flags())
                .setOffset(description.info().position())
                .setSize(status.size())
                .setCutBack(isSequential(description, status))
                .setMode(status.mode())
                .setModifiedNs(status.modifiedNanos())
                .setDevice(status.device())
                .setInode(status.inode())
                .build();
    }

    @Override
    public void plan(ObjectId id, RegularFile state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        plan.asOwner(create, () -> {
            Slot opened = FileCalls.open(create, id.value(), state.getPath(), state.getFlags());
            refuseStreams(create, opened);
            FileCalls.seek(create, opened, state.getOffset());
            FileCalls.setFlags(create, opened, state.getFlags() | OpenFlags.NONBLOCK, state.getFlags());
            Operand file = plan.adopt(create, id, opened);
            if (state.getCutBack() && plan.options().files() == FilePolicy.TRUNCATE) {
                FileCalls.cutBack(create, file, state.getSize());
            }
        });
    }

    @Override
    public Optional<FileExpectation> expectation(RegularFile state) {
        return Optional.of(new FileExpectation(
                state.getPath(), FileMode.REGULAR, 0, state.getSize(), state.getModifiedNs(), state.getCutBack()));
    }

    private static boolean isSequential(Description description, FileStatus status) {
        boolean atEnd = description.info().position() == status.size();
        return description.writable() && ((description.flags() & OpenFlags.APPEND) != 0 || atEnd);
    }

    /** sync_file_range(2) of nothing: changes nothing, but fails for what has become a pipe or a character device. */
    private static void refuseStreams(Steps create, Slot opened) {
        create.call(SystemCall.SYNC_FILE_RANGE, opened, Operand.of(0), Operand.of(0), Operand.of(0));
    }
}
