package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import io.ckpt.kernel.Fcntl;
import io.ckpt.kernel.OpenFlags;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Files of a held job, kept hold of so that what it has written can be made durable once it goes on. Each is opened anew
 * for that: an error of the disk is told once for each description, and the job's own shall still be told to the job.
 */
public final class WrittenFiles implements AutoCloseable {
    private record Inode(long device, long number) {}

    private record Kept(int descriptor, String name) {}

    private static final int F_UNLCK = 2;

    private final List<String> failures = new ArrayList<>();
    private List<Kept> kept;

    private WrittenFiles(List<Kept> kept) {
        this.kept = kept;
    }

    /** While the job is held. */
    public static WrittenFiles of(Collection<StolenFile> files) {
        Set<Inode> seen = new HashSet<>();
        List<Kept> kept = new ArrayList<>();
        for (StolenFile file : files) {
            boolean leased = file.control(Fcntl.GETLEASE, 0) != F_UNLCK; // to open it would break the lease
            if (!leased
                    && seen.add(new Inode(file.status().device(), file.status().inode()))) {
                kept.add(new Kept(file.control(Fcntl.DUPFD_CLOEXEC, 0), file.link()));
            }
        }
        return new WrittenFiles(kept);
    }

    /** Once the job goes on: its descriptions are its own again. */
    public void reopen() {
        List<Kept> own = new ArrayList<>();
        for (Kept file : kept) {
            int fd = LibCkpt.open(
                    NativeText.string("/proc/self/fd/" + file.descriptor), OpenFlags.RDONLY | OpenFlags.NONBLOCK);
            LibCkpt.close(file.descriptor);
            if (fd < 0) {
                failures.add(failure(file, "open", fd));
            } else {
                own.add(new Kept(fd, file.name));
            }
        }
        kept = own;
    }

    /** Waits until all is on disk; what could not be brought there, in full clauses. A message queue has no disk (EINVAL). */
    public List<String> sync() {
        for (Kept file : kept) {
            int error = LibCkpt.fsync(file.descriptor);
            if (error < 0 && !Errno.EINVAL.is(error)) {
                failures.add(failure(file, "fsync", error));
            }
        }
        return List.copyOf(failures);
    }

    private static String failure(Kept file, String call, int error) {
        return file.name + ": " + call + ": " + Errno.describe(-error)
                + "; after a power failure it may be shorter than this checkpoint says";
    }

    @Override
    public void close() {
        kept.forEach(file -> LibCkpt.close(file.descriptor));
    }
}
