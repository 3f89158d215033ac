package io.ckpt.jna;

import com.sun.jna.Native;

/** The functions of track.c, named and bound as those of {@link LibCkpt}. */
public final class TrackLibrary {
    static {
        Native.register(TrackLibrary.class, LibCkpt.open(NativeFiles.find("libckpt.so")));
    }

    private TrackLibrary() {}

    public static native int trackCheck();

    public static native int trackBegin(int uffd);

    public static native int trackAdd(int uffd, long start, long end);

    public static native int trackRemove(int uffd, long start, long end);

    public static native int trackOpen(int pid);

    public static native int trackScan(
            int pagemap, long start, long end, int protect, long[] pages, int capacity, long[] next);

    public static native int trackUnprotected(
            int pagemap, long start, long end, long[] parts, int capacity, long[] next);
}
