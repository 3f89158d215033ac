package io.ckpt.victims;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The System V objects of this IPC namespace at one moment, see proc_sysvipc(5). They outlive their makers: a victim
 * that is killed leaves its own behind.
 *
 * @param arguments of ipcrm(1), one for each object
 */
record SystemVObjects(Set<String> arguments) {
    private static final Map<String, String> OPTIONS = Map.of("msg", "-q", "sem", "-s", "shm", "-m");

    static SystemVObjects now() {
        return new SystemVObjects(OPTIONS.keySet().stream()
                .flatMap(SystemVObjects::arguments)
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static Stream<String> arguments(String table) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/sysvipc", table))) {
            return lines.skip(1).map(line -> OPTIONS.get(table) + line.strip().split(" +")[1]).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes what was made since. */
    void removeYounger() {
        List<String> command = new ArrayList<>(List.of("ipcrm"));
        now().arguments().stream()
                .filter(argument -> !arguments.contains(argument))
                .forEach(command::add);
        try {
            new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
