package io.ckpt.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whose a process is, from {@code /proc/PID/status}.
 *
 * @param uids real, effective, saved and file-system uid
 * @param groups effective gid and supplementary gids
 */
public record ProcessOwner(List<Integer> uids, Set<Integer> groups) {
    private static final int ROOT = 0;

    /** Empty when there is no such process. */
    public static Optional<ProcessOwner> of(int pid) {
        return pid <= 0 ? Optional.empty() : read(Integer.toString(pid));
    }

    static Optional<ProcessOwner> read(String process) {
        try {
            byte[] status = Files.readAllBytes(Path.of("/proc", process, "status"));
            return Optional.of(parse(new String(status, StandardCharsets.ISO_8859_1)));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /**
     * Only the newline ends a line: a process may have any name, which comes first, and only a newline in it is escaped.
     */
    static ProcessOwner parse(String text) {
        List<String> status = List.of(text.split("\n"));
        List<Integer> gids = numbers(status, "Gid:");
        Set<Integer> groups = Stream.concat(gids.stream().skip(1).limit(1), numbers(status, "Groups:").stream())
                .collect(Collectors.toUnmodifiableSet());
        return new ProcessOwner(numbers(status, "Uid:"), groups);
    }

    private static List<Integer> numbers(List<String> status, String key) {
        String line = status.stream().filter(l -> l.startsWith(key)).findFirst().orElseThrow();
        return Arrays.stream(line.substring(key.length()).trim().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .map(Integer::parseUnsignedInt)
                .toList();
    }

    /** The uid whose this process is. One that carries several at once, as a set-uid program does, is root's. */
    public int uid() {
        return uids.stream().distinct().count() == 1 ? uids.get(0) : ROOT;
    }

    int effectiveUid() {
        return uids.get(1);
    }
}
