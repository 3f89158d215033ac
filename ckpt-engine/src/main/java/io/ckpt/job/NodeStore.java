package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.procfs.MountInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A store that only this node has, and that is faster than the shared one.
 *
 * @param bytes that may lie in it
 */
public record NodeStore(Path directory, long bytes) {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    /** Bytes that may still be written there. */
    long room() {
        try {
            long free = Files.getFileStore(directory).getUsableSpace();
            return bytes == Long.MAX_VALUE ? free : Math.min(free, bytes - used());
        } catch (IOException e) {
            throw Fault.io("use the store of this node " + directory, e);
        }
    }

    /** The one on which it lies, by its sort and the place where it is mounted: {@code xfs /scratch}. */
    String fileSystem() {
        try {
            String mounts = new String(Files.readAllBytes(MOUNTS), StandardCharsets.UTF_8);
            return MountInfo.parse(mounts)
                    .leadingTo(directory.toRealPath().toString())
                    .map(mount -> mount.type() + " " + mount.mountPoint())
                    .orElse("");
        } catch (IOException e) {
            throw Fault.io("use the store of this node " + directory, e);
        }
    }

    /** Others write and delete there meanwhile. */
    private long used() throws IOException {
        long[] used = {0};
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes about) {
                used[0] += about.size();
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException && !file.equals(directory)) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        return used[0];
    }
}
