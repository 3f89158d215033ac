package io.ckpt.kind.namespace;

import io.ckpt.image.v1.Mount;
import io.ckpt.image.v1.MountNamespace;
import io.ckpt.kernel.MountFlags;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The tree of a mount namespace that begins as a copy of the place's. */
final class MountPlan {
    private static final Operand AT_FDCWD = Operand.named(-100, "AT_FDCWD");
    private static final Operand NOTHING = Operand.named(0, "NULL");
    private static final Operand ITSELF = Operand.named(0x1000, "AT_EMPTY_PATH");
    private static final Operand CLONE =
            Operand.named(0x1001 | OpenFlags.CLOEXEC, "AT_EMPTY_PATH|OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC");
    private static final int HOW_BYTES = 24;
    private static final Operand HOW_LENGTH = Operand.of(HOW_BYTES);
    private static final long NO_SYMLINKS = 4;
    private static final Operand FROM_ITSELF = Operand.named(4, "MOVE_MOUNT_F_EMPTY_PATH");
    private static final int ATTRIBUTES_BYTES = 32;
    private static final Operand LENGTH = Operand.of(ATTRIBUTES_BYTES);

    private final ObjectId id;
    private final List<Mount> mounts;
    private final PlanContext plan;
    private final Steps steps;

    MountPlan(ObjectId id, MountNamespace state, PlanContext plan, Steps steps) {
        this.id = id;
        this.mounts = state.getMountsList();
        this.plan = plan;
        this.steps = steps;
    }

    void mountAll() {
        Operand all = Operand.named(MountFlags.RECURSIVE | MountFlags.SLAVE, "MS_REC|MS_SLAVE");
        steps.call(SystemCall.MOUNT, NOTHING, Operand.text("/"), NOTHING, all, NOTHING); // nothing here spreads
        Slot place = FileCalls.hold(steps, "place", "/");
        begin(place);
        mounts.stream().skip(1).forEach(mount -> put(take(mount, place), mount));
        leave(place);
        mounts.forEach(this::settle);
    }

    /** Closes the tree. */
    void put(Slot tree, Mount mount) {
        move(tree, mount.getTarget());
        steps.call(SystemCall.CLOSE, tree);
    }

    /** The new root is put over the old one and takes its place, and that lies over it then, out of the way. */
    private void begin(Slot place) {
        Slot root = take(mounts.get(0), place);
        move(root, "/");
        steps.call(SystemCall.FCHDIR, root);
        steps.call(SystemCall.CLOSE, root);
        steps.call(SystemCall.PIVOT_ROOT, Operand.text("."), Operand.text("."));
    }

    private void leave(Slot place) {
        steps.call(SystemCall.CLOSE, place);
        steps.call(SystemCall.UMOUNT2, Operand.text("."), Operand.named(MountFlags.DETACH, "MNT_DETACH"));
        steps.call(SystemCall.CHDIR, Operand.text("/"));
    }

    /** A tree of one mount that is mounted nowhere yet. */
    Slot take(Mount mount, Slot place) {
        Slot tree = mount.getSource().isEmpty() ? make(mount) : clone(mount, place);
        String text = MountFlags.text(mount.getAttributes());
        Operand attributes = attributes(mount.getAttributes(), MountFlags.SETTABLE, 0, text);
        steps.call(SystemCall.MOUNT_SETATTR, tree, Operand.text(""), ITSELF, attributes, LENGTH);
        return tree;
    }

    /** Its path had no symbolic links; one that leads elsewhere by now was put there by somebody. */
    private Slot clone(Mount mount, Slot place) {
        Operand from = mount.getInner() ? AT_FDCWD : place;
        String path = mount.getInner() ? mount.getSource() : "." + mount.getSource();
        Slot source = steps.call("source", SystemCall.OPENAT2, from, Operand.text(path), withoutLinks(), HOW_LENGTH);
        Slot tree = steps.call("tree", SystemCall.OPEN_TREE, source, Operand.text(""), CLONE);
        steps.call(SystemCall.CLOSE, source);
        return tree;
    }

    /** Last, for whatever is mounted in a shared mount becomes shared. */
    void settle(Mount mount) {
        Operand propagation = attributes(0, 0, mount.getPropagation(), MountFlags.propagation(mount.getPropagation()));
        Operand target = Operand.text(mount.getTarget());
        steps.call(SystemCall.MOUNT_SETATTR, AT_FDCWD, target, Operand.of(0), propagation, LENGTH);
    }

    private Slot make(Mount mount) {
        Slot tree = FileSystemCalls.make(steps, mount);
        new EntryPlan(id, plan, steps, tree).makeAll(mount.getEntriesList());
        return tree;
    }

    private void move(Slot tree, String target) {
        steps.call(SystemCall.MOVE_MOUNT, tree, Operand.text(""), AT_FDCWD, Operand.text(target), FROM_ITSELF);
    }

    /** struct open_how: flags, mode, resolution. */
    private static Operand withoutLinks() {
        byte[] bytes = ByteBuffer.allocate(HOW_BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(OpenFlags.PATH | OpenFlags.CLOEXEC)
                .putLong(0)
                .putLong(NO_SYMLINKS)
                .array();
        return Data.struct(bytes, "{O_CLOEXEC|O_PATH, RESOLVE_NO_SYMLINKS}").address();
    }

    /** struct mount_attr: to be set, to be cleared before, propagation, user namespace. */
    private static Operand attributes(long set, long cleared, long propagation, String text) {
        byte[] bytes = ByteBuffer.allocate(ATTRIBUTES_BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(set)
                .putLong(cleared)
                .putLong(propagation)
                .array();
        return Data.struct(bytes, "{" + text + "}").address();
    }
}
