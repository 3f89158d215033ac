package io.ckpt.daemon;

import io.ckpt.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The store of a node that nobody has configured. It alone is made when it is missing: a store that a site has named
 * and that is not there is a file system that is not mounted.
 */
final class BuiltInStore {
    private BuiltInStore() {}

    static void prepare(Path store) {
        if (!store.equals(Settings.defaults().store())) {
            return;
        }
        try {
            Files.createDirectories(
                    store, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw Fault.io("make the store " + store, e);
        }
    }
}
