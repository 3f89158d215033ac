package io.ckpt.kind;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.FileStatus;
import io.ckpt.image.v1.BackingFile;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import java.util.Optional;

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

    /**
     * Under which a file that is mapped for reading is found in the nursery.
     *
     * @param mounts the mount namespace of its path, where that is the job's own
     */
    public static ObjectId id(Optional<ObjectId> mounts, String path) {
        return new ObjectId("mapped:" + mounts.map(ObjectId::value).orElse("") + path);
    }

    private static ObjectId writableId(Optional<ObjectId> mounts, String path) {
        return new ObjectId("mapped+w:" + mounts.map(ObjectId::value).orElse("") + path);
    }

    /** The nursery descriptor of the file, made at first use, unless the image brought the file. */
    public static Operand open(PlanContext plan, BackingFile file, boolean writable) {
        Optional<ObjectId> mounts = plan.around(NamespaceSort.MOUNT);
        ObjectId id = writable ? writableId(mounts, file.getPath()) : id(mounts, file.getPath());
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
