package io.ckpt.procfs;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Features of the node's processors from {@code /proc/cpuinfo}: those that every one of them has, sorted.
 */
public record CpuFlags(List<String> flags) {
    private static final String FILE = "/proc/cpuinfo";

    public static CpuFlags parse(String text) {
        List<Set<String>> processors = KernelText.lines(text).stream()
                .filter(line -> line.startsWith("flags\t"))
                .map(line ->
                        Set.of(line.substring(line.indexOf(':') + 1).strip().split(" ")))
                .toList();
        if (processors.isEmpty()) {
            throw KernelText.misread(FILE, text);
        }
        TreeSet<String> common = new TreeSet<>(processors.get(0));
        processors.forEach(common::retainAll);
        return new CpuFlags(List.copyOf(common));
    }

    /** Which of these features are missing here. */
    public List<String> missing(List<String> wanted) {
        return wanted.stream().filter(flag -> !flags.contains(flag)).toList();
    }
}
