package io.ckpt.procfs;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The VmFlags lines of {@code /proc/PID/smaps}. Making that file costs the kernel milliseconds per GiB: it is read
 * before the freeze.
 *
 * @param flags two-letter flags by start address of the mapping
 */
public record Smaps(Map<Long, Set<String>> flags) {
    private static final String FILE = "/proc/PID/smaps";
    private static final String FLAGS = "VmFlags:";

    public static Smaps parse(String text) {
        Map<Long, Set<String>> flags = new HashMap<>();
        long start = 0;
        for (int at = 0; at < text.length(); ) {
            int end = text.indexOf('\n', at);
            end = end < 0 ? text.length() : end;
            if (isHeader(text.charAt(at))) {
                start = KernelText.hex(FILE, text.substring(at, Math.max(at, text.indexOf('-', at))));
            } else if (text.startsWith(FLAGS, at)) {
                flags.put(start, words(text.substring(at + FLAGS.length(), end)));
            }
            at = end + 1;
        }
        return new Smaps(Map.copyOf(flags));
    }

    /** Flags of the mapping that starts there; empty when there was none when smaps was read. */
    public Set<String> at(long start) {
        return flags.getOrDefault(start, Set.of());
    }

    /** Field names begin with a capital letter, addresses do not. */
    private static boolean isHeader(char first) {
        return first >= '0' && first <= '9' || first >= 'a' && first <= 'f';
    }

    private static Set<String> words(String text) {
        String stripped = text.strip();
        return stripped.isEmpty() ? Set.of() : Set.of(stripped.split(" +"));
    }
}
