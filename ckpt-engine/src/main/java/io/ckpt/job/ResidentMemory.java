package io.ckpt.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Memory of processes that is in no file, by what each tells of itself: what they share counts for each of them. */
final class ResidentMemory {
    private static final Pattern LINE = Pattern.compile("(?m)^(?:RssAnon|RssShmem|VmSwap):\\s*(\\d+) kB$");

    private ResidentMemory() {}

    static long bytes(Set<Integer> pids) {
        return pids.stream().mapToLong(ResidentMemory::bytes).sum();
    }

    /** Nothing for a process that is gone. */
    private static long bytes(int pid) {
        try {
            return bytes(Files.readString(Path.of("/proc", Integer.toString(pid), "status")));
        } catch (IOException gone) {
            return 0;
        }
    }

    private static long bytes(String status) {
        Matcher lines = LINE.matcher(status);
        long kilobytes = 0;
        while (lines.find()) {
            kilobytes += Long.parseLong(lines.group(1));
        }
        return kilobytes << 10;
    }
}
