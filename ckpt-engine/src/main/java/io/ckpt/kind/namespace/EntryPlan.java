package io.ckpt.kind.namespace;

import io.ckpt.image.v1.Mount;
import io.ckpt.kernel.FileMode;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Makes what lay in a tmpfs; the content of files comes later. */
final class EntryPlan {
    private static final int ONLY_OWNER = 0600;
    private static final long NANOS = 1_000_000_000L;
    private static final Operand LINK_ITSELF = Operand.named(0x100, "AT_SYMLINK_NOFOLLOW");

    private final ObjectId id;
    private final PlanContext plan;
    private final Steps steps;
    private final Slot tree;

    EntryPlan(ObjectId id, PlanContext plan, Steps steps, Slot tree) {
        this.id = id;
        this.plan = plan;
        this.steps = steps;
        this.tree = tree;
    }

    void makeAll(List<Mount.Entry> entries) {
        entries.forEach(this::make);
        List<Mount.Entry> childrenFirst = new ArrayList<>(entries);
        Collections.reverse(childrenFirst);
        childrenFirst.forEach(this::setTime);
    }

    private void make(Mount.Entry entry) {
        Operand path = path(entry);
        if (!entry.getSameAs().isEmpty()) {
            steps.call(SystemCall.LINKAT, tree, Operand.text(entry.getSameAs()), tree, path, Operand.of(0));
            return;
        }
        switch (entry.getMode() & FileMode.TYPE) {
            case FileMode.DIRECTORY -> makeDirectory(entry, path);
            case FileMode.LINK -> steps.call(SystemCall.SYMLINKAT, Operand.text(entry.getLeadsTo()), tree, path);
            default -> makeNode(entry, path);
        }
        steps.call(
                SystemCall.FCHOWNAT, tree, path, Operand.of(entry.getUid()), Operand.of(entry.getGid()), LINK_ITSELF);
        if ((entry.getMode() & FileMode.TYPE) != FileMode.LINK) { // after the owner, whose change takes rights away
            steps.call(SystemCall.FCHMODAT, tree, path, mode(entry.getMode() & FileMode.PERMISSIONS));
        }
        if (!entry.getContentId().isEmpty()) {
            awaitContent(entry, path);
        }
    }

    private void makeDirectory(Mount.Entry entry, Operand path) {
        if (!entry.getPath().isEmpty()) {
            steps.call(SystemCall.MKDIRAT, tree, path, mode(ONLY_OWNER));
        }
    }

    private void makeNode(Mount.Entry entry, Operand path) {
        int type = entry.getMode() & FileMode.TYPE;
        steps.call(SystemCall.MKNODAT, tree, path, mode(type | ONLY_OWNER), Operand.hex(entry.getDeviceNumber()));
    }

    private void awaitContent(Mount.Entry entry, Operand path) {
        ObjectId content = new ObjectId(entry.getContentId());
        int flags = OpenFlags.RDWR | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;
        Slot file =
                steps.call(content.value(), SystemCall.OPENAT, tree, path, Operand.named(flags, OpenFlags.text(flags)));
        steps.call(SystemCall.FTRUNCATE, file, Operand.of(entry.getSize()));
        plan.adopt(steps, content, file);
        plan.fillContent(content);
        plan.filled(id.value())
                .call(
                        SystemCall.UTIMENSAT,
                        plan.descriptor(content),
                        Operand.named(0, "NULL"),
                        time(entry),
                        Operand.of(0));
    }

    private void setTime(Mount.Entry entry) {
        steps.call(SystemCall.UTIMENSAT, tree, path(entry), time(entry), LINK_ITSELF);
    }

    /** Two of struct timespec: of the last access, left as it is, and of the last change. */
    private static Operand time(Mount.Entry entry) {
        long omit = (1L << 30) - 2;
        long modified = entry.getModifiedNs();
        byte[] bytes = ByteBuffer.allocate(4 * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(0)
                .putLong(omit)
                .putLong(Math.floorDiv(modified, NANOS))
                .putLong(Math.floorMod(modified, NANOS))
                .array();
        return Data.struct(bytes, "{UTIME_OMIT, " + modified + " ns}").address();
    }

    private static Operand path(Mount.Entry entry) {
        return Operand.text(entry.getPath().isEmpty() ? "." : entry.getPath());
    }

    private static Operand mode(int mode) {
        return Operand.named(mode, "0" + Integer.toOctalString(mode));
    }
}
