package io.ckpt.store;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A word that no other store has, in the file {@code .store}. It tells a store from the directory that is seen in its
 * place while its file system is not mounted.
 */
final class StoreMark {
    private static final String FILE = ".store";

    private StoreMark() {}

    /** Empty where there is none. */
    static String read(Path root) throws IOException {
        try {
            return Files.readString(root.resolve(FILE));
        } catch (NoSuchFileException none) {
            return "";
        }
    }

    /** A store that has none gets one, whoever else makes one for it at the same moment. An empty one tells nothing. */
    static String readOrMake(Path root, Disk disk) throws IOException {
        if (read(root).isEmpty()) {
            String word = UUID.randomUUID().toString();
            new DurableFile(root.resolve(FILE), disk).make(word, word);
        }
        String mark = read(root);
        if (mark.isEmpty()) {
            throw new Fault(
                    FaultCode.IO_ERROR,
                    "the mark of the store, " + root.resolve(FILE) + ", is empty",
                    "rm " + root.resolve(FILE) + " on one node, so that it gets another");
        }
        return mark;
    }
}
