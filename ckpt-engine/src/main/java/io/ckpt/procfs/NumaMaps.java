package io.ckpt.procfs;

import java.util.Set;
import java.util.TreeSet;

/**
 * {@code /proc/PID/numa_maps}, see numa(7).
 *
 * @param withPolicy starts of the mappings whose policy is not the default, be it theirs or their thread's
 */
public record NumaMaps(Set<Long> withPolicy) {
    private static final String FILE = "/proc/PID/numa_maps";

    public static NumaMaps parse(String text) {
        Set<Long> starts = new TreeSet<>();
        for (String line : KernelText.lines(text)) {
            String[] words = line.split(" ", 3);
            if (words.length < 2) {
                throw KernelText.misread(FILE, line);
            }
            if (!words[1].equals("default")) {
                starts.add(KernelText.hex(FILE, words[0]));
            }
        }
        return new NumaMaps(starts);
    }
}
