package io.ckpt.procfs;

import io.ckpt.kernel.Prot;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One mapping: a line of {@code /proc/PID/maps}, see proc_pid_maps(5).
 *
 * @param end first address after it
 * @param offset in the file, bytes
 * @param inode 0 for memory without a file
 * @param path file as the reader sees it, {@code [heap]}, {@code [anon:name]} or empty; may end in {@code (deleted)}
 */
public record Vma(
        long start,
        long end,
        boolean readable,
        boolean writable,
        boolean executable,
        boolean shared,
        long offset,
        int major,
        int minor,
        long inode,
        String path) {
    private static final String FILE = "/proc/PID/maps";
    private static final String DELETED = " (deleted)";
    private static final Pattern LINE = Pattern.compile(
            "([0-9a-f]+)-([0-9a-f]+) ([-r])([-w])([-x])([ps]) ([0-9a-f]+) ([0-9a-f]+):([0-9a-f]+) (\\d+) ?(?: +(.*))?",
            Pattern.UNIX_LINES);

    static Vma parse(String line) {
        Matcher match = LINE.matcher(line);
        if (!match.matches()) {
            throw KernelText.misread(FILE, line);
        }
        return new Vma(
                KernelText.hex(FILE, match.group(1)),
                KernelText.hex(FILE, match.group(2)),
                match.group(3).equals("r"),
                match.group(4).equals("w"),
                match.group(5).equals("x"),
                match.group(6).equals("s"),
                KernelText.hex(FILE, match.group(7)),
                (int) KernelText.hex(FILE, match.group(8)),
                (int) KernelText.hex(FILE, match.group(9)),
                KernelText.unsigned(FILE, match.group(10)),
                match.group(11) == null ? "" : match.group(11).replace("\\012", "\n"));
    }

    public long length() {
        return end - start;
    }

    /** PROT_* bits. */
    public int protection() {
        return (readable ? Prot.READ : 0) | (writable ? Prot.WRITE : 0) | (executable ? Prot.EXEC : 0);
    }

    /** True when a file (also memfd, shared anonymous or System V memory) stands behind it. */
    public boolean hasFile() {
        return inode != 0;
    }

    public boolean isDeleted() {
        return hasFile() && path.endsWith(DELETED);
    }

    /** The path without the mark of a deleted file. */
    public String filePath() {
        return isDeleted() ? path.substring(0, path.length() - DELETED.length()) : path;
    }

    public boolean isVdso() {
        return path.equals("[vdso]");
    }

    /** Kernel data pages beside the vdso: {@code [vvar]} and {@code [vvar_vclock]}. */
    public boolean isVvar() {
        return path.equals("[vvar]") || path.equals("[vvar_vclock]");
    }

    /** The fixed page at the top of the address space that no process can lose. */
    public boolean isVsyscall() {
        return path.equals("[vsyscall]");
    }

    /** Name of the link under {@code map_files}. */
    public String mapFile() {
        return "map_files/" + Long.toHexString(start) + "-" + Long.toHexString(end);
    }
}
