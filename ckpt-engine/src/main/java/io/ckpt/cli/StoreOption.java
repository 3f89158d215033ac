package io.ckpt.cli;

import java.nio.file.Path;
import java.util.Optional;

/** A directory given on the command line, as the API wants it. */
final class StoreOption {
    private StoreOption() {}

    static String absolute(Optional<Path> directory) {
        return directory
                .map(path -> path.toAbsolutePath().normalize().toString())
                .orElse("");
    }
}
