package io.ckpt.jna;

import com.sun.jna.Native;
import java.nio.Buffer;

/** The functions of fill.c, named and bound as those of {@link LibCkpt}. */
public final class FillLibrary {
    static {
        Native.register(FillLibrary.class, LibCkpt.open(NativeFiles.find("libckpt.so")));
    }

    private FillLibrary() {}

    public static native int fillBegin(int uffd);

    public static native int fillRegister(int uffd, long start, long end);

    public static native int fill(int uffd, long address, Buffer buffer, long length);

    public static native int fillListen(int uffd);

    public static native long fillMissing(int uffd, long address, Buffer buffer, long length);

    public static native int fillZero(int uffd, long address, long length);

    public static native int fillWake(int uffd, long address, long length);

    public static native int fillWatched(int uffd, long address);

    public static native int fillAlarm();

    public static native int fillRing(int alarm);

    public static native int fillAwait(int[] fds, int count, int timeoutMillis, int[] ready);
}
