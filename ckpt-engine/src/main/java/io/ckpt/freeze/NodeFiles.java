package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import java.util.Arrays;
import java.util.Optional;

/** Files of this node by their names, which need not be text. */
public final class NodeFiles {
    private NodeFiles() {}

    /** What lies at a path, links followed; nothing when there is no such file. */
    public static Optional<FileStatus> status(String path) {
        long[] values = new long[FileStatuses.VALUES];
        int result = LibCkpt.stat(NativeText.string(path), values);
        if (Errno.ENOENT.is(result) || Errno.ENOTDIR.is(result)) {
            return Optional.empty();
        }
        KernelAnswer.require(result, () -> path + ": stat");
        return Optional.of(FileStatuses.of(values));
    }

    /** The first bytes of a regular file; none where they cannot be read. */
    public static byte[] beginning(String path, int most) {
        byte[] bytes = new byte[most];
        long length = status(path).filter(FileStatus::isRegular).isPresent()
                ? LibCkpt.readFile(NativeText.string(path), bytes, most)
                : 0;
        return Arrays.copyOf(bytes, (int) Math.max(0, length));
    }
}
