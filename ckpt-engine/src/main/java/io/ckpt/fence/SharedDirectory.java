package io.ckpt.fence;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.store.StorePlace;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The directory below the store in which nodes tell each other of themselves. It is read and written only where the store
 * is the one that this node knows: what lies where that is not mounted nobody else reads, and it says nothing of others.
 */
final class SharedDirectory {
    /** No job has a name that begins with a point. */
    private static final String NAME = ".cluster";

    private final StorePlace store;

    SharedDirectory(StorePlace store) {
        this.store = store;
    }

    /** A directory in it, which may be missing. */
    Path open(String name) throws IOException {
        try {
            return store.require().resolve(NAME).resolve(name);
        } catch (Fault fault) {
            throw notThere(fault);
        }
    }

    /** A directory in it, which is made where it is missing. */
    Path make(String name) throws IOException {
        try {
            Path shared = store.enter().resolve(NAME);
            makeIfMissing(shared);
            makeIfMissing(shared.resolve(name));
            return shared.resolve(name);
        } catch (Fault fault) {
            throw notThere(fault);
        }
    }

    static void makeIfMissing(Path directory) throws IOException {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException there) {
            // which is what matters
        }
    }

    /** Where a thing is missing is of no matter here: nothing can be read or written. */
    private static Fault notThere(Fault fault) {
        return new Fault(
                FaultCode.IO_ERROR, "heartbeats and leases of the nodes: " + fault.getMessage(), fault.remedy(), fault);
    }
}
