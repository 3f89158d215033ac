package io.ckpt.store;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whose a node's own store is, and the mark of the shared store that its checkpoints go to: two lines of the file
 * {@code .claim} in it.
 */
final class Claim {
    private static final String FILE = ".claim";

    private final DirectoryStore own;
    private final Disk disk;

    Claim(DirectoryStore own, Disk disk) {
        this.own = own;
        this.disk = disk;
    }

    /** Makes it the store of one ckptd, for good. */
    void take(String user) {
        require(user);
        own.with("claim", root -> {
            if (line(root, 0).isEmpty()) {
                write(root, user);
            }
            return root;
        });
    }

    /** @throws Fault BUSY when another has claimed it */
    void require(String user) {
        own.with("look into", root -> {
            String claimant = line(root, 0);
            if (!claimant.isEmpty() && !claimant.equals(user)) {
                throw new Fault(
                        FaultCode.BUSY,
                        "the store " + root + " is that of another ckptd: " + claimant,
                        "give each a LocalStore of its own in ckptd.conf; rm " + file() + " if that one is gone");
            }
            return root;
        });
    }

    /** What {@link #remember} was told; empty before. */
    String mark() {
        return own.with("look into", root -> line(root, 1));
    }

    void remember(String user, String mark) {
        own.with("claim", root -> {
            write(root, user + "\n" + mark);
            return root;
        });
    }

    /** Removed by an administrator, it says nothing any more. */
    Path file() {
        return own.directory().resolve(FILE);
    }

    private void write(Path root, String text) throws IOException {
        Path draft = root.resolve(FILE + ".new");
        disk.remove(draft);
        try (FileChannel channel = disk.createFile(draft)) {
            channel.write(StandardCharsets.UTF_8.encode(text));
        }
        disk.sync(draft);
        disk.rename(draft, root.resolve(FILE));
    }

    private static String line(Path root, int number) throws IOException {
        Path claim = root.resolve(FILE);
        List<String> lines = Files.exists(claim) ? Files.readAllLines(claim) : List.of();
        return number < lines.size() ? lines.get(number) : "";
    }
}
