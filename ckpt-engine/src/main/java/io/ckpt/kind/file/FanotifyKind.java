package io.ckpt.kind.file;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.Fanotify;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.procfs.FdInfo.FanotifyMark;
import io.ckpt.procfs.MountInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A group of fanotify(7), made by a privileged process. Its marks are set when the restart itself opens and closes nothing
 * any more.
 */
public final class FanotifyKind implements ObjectKind<StolenFile, Fanotify> {
    private static final long FIONREAD = 0x541b;
    private static final int MINOR_BITS = 20;
    private static final int NONBLOCK = 0x2;
    private static final int ADD = 0x1;
    private static final int DONT_FOLLOW = 0x4;
    private static final int MOUNT = 0x10;
    private static final int IGNORED_MASK = 0x20;
    private static final int SURVIVES_CHANGE = 0x40;
    private static final int FILE_SYSTEM = 0x100;
    private static final int EVICTABLE = 0x200;
    private static final int IGNORE = 0x400;
    /** Those that others wait for an answer to: FAN_OPEN_PERM, FAN_ACCESS_PERM, FAN_OPEN_EXEC_PERM, FAN_PRE_ACCESS. */
    private static final long QUESTIONS = 0x170000;
    /** The kernel adds it by itself, and does not take it for what is no directory. */
    private static final long ON_CHILD = 0x8000000;

    private static final long SYSTEM_ADMINISTRATOR = 1L << 21;
    private static final Operand HERE = Operand.named(-100, "AT_FDCWD");

    @Override
    public String name() {
        return "fanotify";
    }

    @Override
    public Fanotify emptyState() {
        return Fanotify.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.link().equals("anon_inode:[fanotify]");
    }

    @Override
    public Fanotify capture(StolenFile file, CaptureContext context) {
        Description description = Description.of(file);
        var group = description.info().fanotify();
        refuseUnprivileged(file, context);
        refuseUnread(file, context);
        int blocking = (description.flags() & OpenFlags.NONBLOCK) == 0 ? 0 : NONBLOCK;
        Fanotify.Builder state = Fanotify.newBuilder()
                .setFlags(group.flags() & ~NONBLOCK | blocking)
                .setEventFlags(group.eventFlags());
        group.marks().forEach(mark -> keep(file, mark, state, context));
        return state.build();
    }

    @Override
    public void plan(ObjectId id, Fanotify state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        plan.adopt(
                create,
                id,
                create.call(
                        id.value(),
                        SystemCall.FANOTIFY_INIT,
                        Operand.hex(state.getFlags()),
                        Operand.named(state.getEventFlags(), OpenFlags.text(state.getEventFlags()))));
        plan.places(id).stream().findFirst().ifPresent(place -> {
            Steps arm = plan.arm(place.innerPid(), plan.origin(id, name()));
            plan.asOwner(arm, () -> state.getMarksList().forEach(mark -> add(arm, place.number(), mark)));
        });
    }

    private static void add(Steps arm, int number, Fanotify.Mark mark) {
        if (mark.getMask() != 0) {
            add(arm, number, mark.getFlags(), mark.getMask(), mark.getPath());
        }
        if (mark.getIgnored() != 0) {
            add(arm, number, mark.getFlags() | mark.getIgnoredFlags(), mark.getIgnored(), mark.getPath());
        }
    }

    private static void add(Steps arm, int number, int flags, long mask, String path) {
        arm.call(
                SystemCall.FANOTIFY_MARK,
                Operand.of(number),
                Operand.hex(flags | ADD | DONT_FOLLOW),
                Operand.hex(mask),
                HERE,
                Operand.text(path));
    }

    private static void keep(StolenFile file, FanotifyMark mark, Fanotify.Builder state, CaptureContext context) {
        Optional<String> path = path(file, mark, context);
        if (((mark.mask() | mark.ignored()) & QUESTIONS) != 0) {
            refuse(file, mark, "lets it decide what others may do (FAN_OPEN_PERM)", "remove it before", context);
        } else if (path.isEmpty()) {
            refuse(
                    file,
                    mark,
                    "leads to no name that can be found",
                    "watch the directory instead of the file",
                    context);
        } else {
            state.addMarks(mark(file, mark, path.get()));
        }
    }

    private static Fanotify.Mark mark(StolenFile file, FanotifyMark mark, String path) {
        long known = Names.isDirectory(file, path) ? -1 : ~ON_CHILD;
        int ignore = (mark.flags() & IGNORE) == 0 ? IGNORED_MASK : IGNORE;
        return Fanotify.Mark.newBuilder()
                .setFlags(sort(mark) | mark.flags() & EVICTABLE)
                .setPath(path)
                .setMask(mark.mask() & known)
                .setIgnored(mark.ignored() & known)
                .setIgnoredFlags(ignore | mark.flags() & SURVIVES_CHANGE)
                .build();
    }

    private static int sort(FanotifyMark mark) {
        if (mark.mount() != 0) {
            return MOUNT;
        }
        return mark.inode() == 0 ? FILE_SYSTEM : 0;
    }

    /** Of a mount or a file system: any way to it. */
    private static Optional<String> path(StolenFile file, FanotifyMark mark, CaptureContext context) {
        if (mark.inode() != 0) {
            return WatchedFiles.path(file, mark.device(), mark.inode(), mark.handle(), context);
        }
        MountInfo mounts = MountInfo.parse(file.process().text("mountinfo"));
        return mounts.mounts().stream()
                .filter(mount -> mark.mount() != 0
                        ? mount.id() == mark.mount()
                        : (mount.major() << MINOR_BITS | mount.minor()) == mark.device())
                .filter(mount -> mounts.leadingTo(mount.mountPoint()).equals(Optional.of(mount)))
                .map(MountInfo.Mount::mountPoint)
                .findFirst();
    }

    private static void refuseUnread(StolenFile file, CaptureContext context) {
        ByteBuffer waiting = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
        if (file.ioctl(FIONREAD, waiting) < 0 || waiting.getInt(0) != 0) {
            Description.refuse(file, context, "events wait in it", "checkpoint again when the program has read them");
        }
    }

    /** A group of an ordinary user hears less, which the kernel does not tell. */
    private static void refuseUnprivileged(StolenFile file, CaptureContext context) {
        long capabilities = file.process().procStatus().capabilities().effective();
        boolean isPrivileged = (capabilities & SYSTEM_ADMINISTRATOR) != 0
                && file.process().link("ns/user").equals(context.job().outerLink("ns/user"));
        if (!isPrivileged) {
            Description.refuse(file, context, "its process lacks CAP_SYS_ADMIN", "use inotify(7) instead");
        }
    }

    private static void refuse(
            StolenFile file, FanotifyMark mark, String reason, String remedy, CaptureContext context) {
        String what = mark.mount() != 0
                ? "mount " + mark.mount()
                : mark.inode() != 0 ? "inode " + mark.inode() : "device " + Integer.toHexString(mark.device());
        Description.refuse(file, context, "its mark of " + what + " " + reason, remedy);
    }
}
