package io.ckpt.store;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.Ownership;
import io.ckpt.image.Seal;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The directory of a store, and the only way into it: what is done there is done where it is the store that this node
 * knows, and ours alone; an error tells what was tried.
 */
final class StoreRoot {
    private final StorePlace place;
    private final Seal seal;
    private final Disk disk;
    private final WriterLocks locks;

    StoreRoot(StorePlace place, Seal seal, Disk disk) {
        this.place = place;
        this.seal = seal;
        this.disk = disk;
        this.locks = new WriterLocks(disk);
    }

    /** Something done to the file system. */
    interface Action<T> {
        T run(Opened root) throws IOException;
    }

    <T> T with(String what, Action<T> action) {
        try {
            return action.run(new Opened(require()));
        } catch (IOException e) {
            throw Fault.io(what + " " + directory(), e);
        }
    }

    Path require() throws IOException {
        Path root = place.require();
        Ownership.require(root);
        return root;
    }

    /** Has this node know the store again, from now on. */
    void enter() {
        with("look into", root -> place.enter());
    }

    Path directory() {
        return place.directory();
    }

    Fence fence(JobDirectory home) {
        return new Fence(disk, home.path(), locks);
    }

    /** @throws Fault BUSY while another has it */
    WriterLocks.Held lock(Path file, String job) throws IOException {
        return locks.tryLock(file)
                .orElseThrow(() -> new Fault(
                        FaultCode.BUSY,
                        "another checkpoint of job " + job + " is being written",
                        "wait until it has ended; ckptctl status shows it"));
    }

    int sweep(JobDirectory home) throws IOException {
        int swept = home.sweep(locks);
        int[] unneeded = {0};
        fence(home).hold(() -> unneeded[0] = home.removeUnneeded(seal));
        return swept + unneeded[0];
    }

    /** The store as it was found a moment ago. */
    final class Opened {
        private final Path path;

        private Opened(Path path) {
            this.path = path;
        }

        Path path() {
            return path;
        }

        JobDirectory home(String job) {
            return new JobDirectory(job, path.resolve(job), disk);
        }

        JobDirectory create(String job) throws IOException {
            JobDirectory home = home(job);
            try {
                disk.createDirectory(home.path());
                disk.sync(path);
            } catch (FileAlreadyExistsException e) {
                Ownership.require(home.path());
            }
            return home;
        }

        List<JobDirectory> homes() throws IOException {
            return Disk.children(path).stream()
                    .filter(Files::isDirectory)
                    .map(child -> child.getFileName().toString())
                    .filter(CheckpointName::isJob)
                    .map(this::home)
                    .toList();
        }
    }
}
