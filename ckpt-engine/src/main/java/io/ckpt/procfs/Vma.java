package io.ckpt.procfs;

import io.ckpt.kernel.Prot;

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
    /** {@code 7f0c2000-7f0c4000 rw-p 0001a000 fe:01 4711    /usr/lib/x.so}, the path padded, absent or with blanks. */
    static Vma parse(String line) {
        String[] words = line.split(" ", 6);
        if (words.length < 5 || words[1].length() != 4) {
            throw KernelText.misread(FILE, line);
        }
        String[] range = pair(words[0], '-', line);
        String[] device = pair(words[3], ':', line);
        return new Vma(
                KernelText.hex(FILE, range[0]),
                KernelText.hex(FILE, range[1]),
                has(words[1], 0, 'r', '-', line),
                has(words[1], 1, 'w', '-', line),
                has(words[1], 2, 'x', '-', line),
                has(words[1], 3, 's', 'p', line),
                KernelText.hex(FILE, words[2]),
                (int) KernelText.hex(FILE, device[0]),
                (int) KernelText.hex(FILE, device[1]),
                KernelText.unsigned(FILE, words[4]),
                words.length == 5 ? "" : unpadded(words[5]).replace("\\012", "\n"));
    }

    private static String[] pair(String word, char separator, String line) {
        int at = word.indexOf(separator);
        if (at < 0) {
            throw KernelText.misread(FILE, line);
        }
        return new String[] {word.substring(0, at), word.substring(at + 1)};
    }

    private static boolean has(String permissions, int at, char yes, char no, String line) {
        char found = permissions.charAt(at);
        if (found != yes && found != no) {
            throw KernelText.misread(FILE, line);
        }
        return found == yes;
    }

    /** Paths begin with no blank: they begin with a slash or a bracket. */
    private static String unpadded(String path) {
        int at = 0;
        while (at < path.length() && path.charAt(at) == ' ') {
            at++;
        }
        return path.substring(at);
    }

    /** True when this is what {@code before} was, with nothing or more behind it. */
    boolean isOrGrewFrom(Vma before) {
        return before != null && end >= before.end && equals(before.endingAt(end));
    }

    private Vma endingAt(long otherEnd) {
        return new Vma(start, otherEnd, readable, writable, executable, shared, offset, major, minor, inode, path);
    }

    public long length() {
        return end - start;
    }

    /** PROT_* bits. */
    public int protection() {
        return (readable ? Prot.READ : 0) | (writable ? Prot.WRITE : 0) | (executable ? Prot.EXEC : 0);
    }

    /** A file stands behind it, be it a memfd, shared anonymous memory or a System V segment, whose inode, its id, may be 0. */
    public boolean hasFile() {
        return inode != 0 || path.startsWith("/");
    }

    public boolean isDeleted() {
        return hasFile() && path.endsWith(DELETED);
    }

    /** The path without the mark of a deleted file. */
    public String filePath() {
        return isDeleted() ? path.substring(0, path.length() - DELETED.length()) : path;
    }

    /** Private memory without a file: heap, stacks, what malloc(3) maps. */
    public boolean isAnonymous() {
        return !hasFile() && !shared && !isVdso() && !isVvar() && !isVsyscall();
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
