package io.ckpt.kind.file;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.Inotify;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import io.ckpt.procfs.FdInfo.InotifyWatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.Optional;

/**
 * An instance of inotify(7). The kernel tells what is watched by inode only; the path is looked for by its handle. The
 * watches are set when the restart itself opens and closes nothing any more.
 */
public final class InotifyKind implements ObjectKind<StolenFile, Inotify> {
    private static final long FIONREAD = 0x541b;
    private static final Operand SET_NEXT = Operand.named(0x40044900L, "INOTIFY_IOC_SETNEXTWD");

    @Override
    public String name() {
        return "inotify";
    }

    @Override
    public Inotify emptyState() {
        return Inotify.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.link().equals("anon_inode:inotify");
    }

    @Override
    public Inotify capture(StolenFile file, CaptureContext context) {
        Description description = Description.of(file);
        refuseUnread(file, context);
        Inotify.Builder state = Inotify.newBuilder().setFlags(description.flags());
        description.info().inotifyWatches().stream()
                .sorted(Comparator.comparingInt(InotifyWatch::descriptor))
                .forEach(watch -> path(file, watch, context)
                        .ifPresentOrElse(
                                path -> state.addWatches(watch(watch, path)), () -> refuse(file, watch, context)));
        return state.build();
    }

    @Override
    public void plan(ObjectId id, Inotify state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        int nonblock = state.getFlags() & OpenFlags.NONBLOCK;
        Slot made = create.call(
                id.value(), SystemCall.INOTIFY_INIT1, Operand.named(nonblock, nonblock == 0 ? "0" : "IN_NONBLOCK"));
        plan.adopt(create, id, made);
        plan.places(id).stream().findFirst().ifPresent(place -> {
            Steps arm = plan.arm(place.innerPid(), plan.origin(id, name()));
            plan.asOwner(arm, () -> state.getWatchesList().forEach(watch -> add(arm, place.number(), watch)));
        });
    }

    private static void add(Steps arm, int number, Inotify.Watch watch) {
        Operand file = Operand.of(number);
        arm.call(SystemCall.IOCTL, file, SET_NEXT, Operand.of(watch.getNumber()));
        arm.expect(
                Word.Expect.exactly(watch.getNumber()),
                SystemCall.INOTIFY_ADD_WATCH,
                file,
                Operand.text(watch.getPath()),
                Operand.hex(Integer.toUnsignedLong(watch.getMask())));
    }

    private static Inotify.Watch watch(InotifyWatch watch, String path) {
        return Inotify.Watch.newBuilder()
                .setNumber(watch.descriptor())
                .setPath(path)
                .setMask(watch.mask())
                .build();
    }

    private static Optional<String> path(StolenFile file, InotifyWatch watch, CaptureContext context) {
        return WatchedFiles.path(file, watch.device(), watch.inode(), watch.handle(), context);
    }

    private static void refuseUnread(StolenFile file, CaptureContext context) {
        ByteBuffer waiting = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
        if (file.ioctl(FIONREAD, waiting) < 0 || waiting.getInt(0) != 0) {
            Description.refuse(file, context, "events wait in it", "checkpoint again when the program has read them");
        }
    }

    private static void refuse(StolenFile file, InotifyWatch watch, CaptureContext context) {
        Description.refuse(
                file,
                context,
                "watch " + watch.descriptor() + " (inode " + watch.inode() + ") leads to no name that can be found",
                "watch the directory instead of the file (IN_CREATE, IN_MODIFY)");
    }
}
