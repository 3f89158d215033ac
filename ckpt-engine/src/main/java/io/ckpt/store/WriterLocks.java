package io.ckpt.store;

import io.ckpt.fault.Fault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Locks of those who write a checkpoint, one per job and generation. The kernel drops a lock when its process dies, so a
 * lock that can be had means that the writer of whatever is pending is dead.
 *
 * <p>POSIX drops a process's locks on a file as soon as it closes any descriptor of that file; so a file whose lock this
 * process holds must not be opened again: the paths are remembered.
 */
final class WriterLocks {
    private final Disk disk;
    private final Set<Path> held = ConcurrentHashMap.newKeySet();

    WriterLocks(Disk disk) {
        this.disk = disk;
    }

    /** A lock that is held until it is closed. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    /** The lock, or nothing when a writer lives. */
    Optional<Held> tryLock(Path file) throws IOException {
        if (!held.add(file)) {
            return Optional.empty();
        }
        Optional<Held> lock = Optional.empty();
        try {
            lock = lockFile(file);
            return lock;
        } finally {
            if (lock.isEmpty()) {
                held.remove(file);
            }
        }
    }

    private Optional<Held> lockFile(Path file) throws IOException {
        FileChannel channel = disk.openLock(file);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        return lock == null ? Optional.empty() : Optional.of(() -> release(file, channel));
    }

    private void release(Path file, FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw Fault.io("release " + file, e);
        } finally {
            held.remove(file);
        }
    }
}
