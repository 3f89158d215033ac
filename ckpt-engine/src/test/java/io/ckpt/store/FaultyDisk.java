package io.ckpt.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A disk whose operations fail from a chosen one on: for once, or for good as when the machine loses it. */
final class FaultyDisk extends Disk {
    private int healthyOperations = Integer.MAX_VALUE;
    private boolean forGood;
    private boolean failed;

    /** Fails after so many more operations. */
    FaultyDisk failAfter(int operations, boolean stayDead) {
        healthyOperations = operations;
        forGood = stayDead;
        failed = false;
        return this;
    }

    void heal() {
        healthyOperations = Integer.MAX_VALUE;
        forGood = false;
    }

    boolean hasFailed() {
        return failed;
    }

    /** One more operation begins. */
    void operate() throws IOException {
        if (healthyOperations > 0) {
            healthyOperations--;
            return;
        }
        failed = true;
        if (!forGood) {
            healthyOperations = Integer.MAX_VALUE;
        }
        throw new IOException("Input/output error");
    }

    @Override
    void createDirectory(Path directory) throws IOException {
        operate();
        super.createDirectory(directory);
    }

    @Override
    FileChannel createFile(Path file) throws IOException {
        operate();
        return new FaultyChannel(super.createFile(file), this);
    }

    @Override
    FileChannel openLock(Path file) throws IOException {
        operate();
        return super.openLock(file);
    }

    @Override
    void sync(Path path) throws IOException {
        operate();
        super.sync(path);
    }

    @Override
    void rename(Path from, Path to) throws IOException {
        operate();
        super.rename(from, to);
    }

    @Override
    void remove(Path path) throws IOException {
        operate();
        super.remove(path);
    }
}
