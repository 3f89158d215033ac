package io.ckpt.store;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whose a node's own store is: the first line of the file {@code .claim} in it. */
final class Claim {
    private static final String FILE = ".claim";

    private final StoreRoot own;
    private final Disk disk;

    Claim(StoreRoot own, Disk disk) {
        this.own = own;
        this.disk = disk;
    }

    /** Makes it the store of one ckptd, for good. */
    void take(String user) {
        require(user);
        own.with("claim", root -> {
            if (claimant(root.path()).isEmpty()) {
                new DurableFile(root.path().resolve(FILE), disk).replace(user);
            }
            return StoreMark.readOrMake(root.path(), disk);
        });
    }

    String mark() {
        return own.with("look into", root -> StoreMark.read(root.path()));
    }

    /** @throws Fault BUSY when another has claimed it */
    void require(String user) {
        own.with("look into", root -> {
            String claimant = claimant(root.path());
            if (!claimant.isEmpty() && !claimant.equals(user)) {
                throw new Fault(
                        FaultCode.BUSY,
                        "the store " + root.path() + " is that of another ckptd: " + claimant,
                        "give each a LocalStore of its own in ckptd.conf; rm "
                                + root.path().resolve(FILE) + " if that one is gone");
            }
            return root;
        });
    }

    private static String claimant(Path root) throws IOException {
        Path claim = root.resolve(FILE);
        return Files.exists(claim)
                ? Files.readAllLines(claim).stream().findFirst().orElse("")
                : "";
    }
}
