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
}
