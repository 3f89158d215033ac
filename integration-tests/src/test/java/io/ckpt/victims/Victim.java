package io.ckpt.victims;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One self-verifying program. */
record Victim(Path program) {
    private static final Path BUILT = Path.of("target/victims").toAbsolutePath();

    /** {@code -Dvictims=inotify|pidfd}: only these. */
    private static final Pattern WANTED = Pattern.compile(System.getProperty("victims", ".*"));

    /** Those that must come through every journey. */
    static List<Victim> carried() {
        return in(BUILT);
    }

    /** Those whose checkpoint must be refused. */
    static List<Victim> refused() {
        return in(BUILT.resolve("refused"));
    }

    static Victim named(String name) {
        return new Victim(BUILT.resolve(name));
    }

    private static List<Victim> in(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(Files::isExecutable)
                    .filter(file ->
                            WANTED.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .map(Victim::new)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return program.getFileName().toString();
    }
}
