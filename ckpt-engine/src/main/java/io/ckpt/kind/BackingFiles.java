package io.ckpt.kind;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.FileStatus;
import io.ckpt.image.v1.BackingFile;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;

/** Files that are mapped or executed: opened once for the whole job, whoever maps them. */
public final class BackingFiles {
    private static final int AT_FDCWD = -100;

    private BackingFiles() {}

    public static BackingFile describe(String path, FileStatus status, ByteString buildId) {
        return BackingFile.newBuilder()
                .setPath(path)
                .setSize(status.size())
                .setModifiedNs(status.modifiedNanos())
                .setBuildId(buildId)
                .build();
    }

    /** The nursery descriptor of the file, made at first use. */
    public static Operand open(PlanContext plan, BackingFile file, boolean writable) {
        String mounts = plan.around(NamespaceSort.MOUNT).map(ObjectId::value).orElse("");
        ObjectId id = new ObjectId((writable ? "mapped+w:" : "mapped:") + mounts + file.getPath());
        if (!plan.isMade(id)) {
            int flags = OpenFlags.CLOEXEC | (writable ? OpenFlags.RDWR : OpenFlags.RDONLY);
            Steps steps = plan.create("mapped file " + file.getPath());
            plan.asOwner(
                    steps,
                    () -> plan.adopt(
                            steps,
                            id,
                            steps.call(
                                    "mapped",
                                    SystemCall.OPENAT,
                                    Operand.named(AT_FDCWD, "AT_FDCWD"),
                                    Operand.text(file.getPath()),
                                    Operand.named(flags, OpenFlags.text(flags)))));
        }
        return plan.descriptor(id);
    }
}
