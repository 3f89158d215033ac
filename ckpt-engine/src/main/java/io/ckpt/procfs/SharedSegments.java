package io.ckpt.procfs;

import java.util.List;
import java.util.Optional;

/** {@code /proc/sysvipc/shm}, see proc_sysvipc(5). */
public record SharedSegments(List<Segment> segments) {
    private static final String FILE = "/proc/sysvipc/shm";
    private static final int DESTROYED = 01000;
    private static final int PERMISSIONS = 0777;

    /**
     * One segment.
     *
     * @param permissions with the bits SHM_DEST and SHM_LOCKED
     * @param attached how often it is attached
     */
    public record Segment(int key, int id, int permissions, long size, int attached, int uid, int gid) {
        /** Marked for removal: gone when nobody has it attached any more. */
        public boolean isRemoved() {
            return (permissions & DESTROYED) != 0;
        }

        public int mode() {
            return permissions & PERMISSIONS;
        }
    }

    public static SharedSegments parse(String text) {
        return new SharedSegments(KernelText.lines(text).stream()
                .skip(1)
                .map(line -> segment(line.strip().split(" +")))
                .toList());
    }

    public Optional<Segment> byId(int id) {
        return segments.stream().filter(segment -> segment.id == id).findFirst();
    }

    private static Segment segment(String[] words) {
        if (words.length < 11) {
            throw KernelText.misread(FILE, String.join(" ", words));
        }
        return new Segment(
                KernelText.number(FILE, words[0]),
                KernelText.number(FILE, words[1]),
                KernelText.octal(FILE, words[2]),
                KernelText.unsigned(FILE, words[3]),
                KernelText.number(FILE, words[6]),
                (int) KernelText.unsigned(FILE, words[7]),
                (int) KernelText.unsigned(FILE, words[8]));
    }
}
