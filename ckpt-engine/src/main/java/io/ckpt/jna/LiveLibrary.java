package io.ckpt.jna;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/** The functions of live.c, named and bound as those of {@link LibCkpt}. */
public final class LiveLibrary {
    static {
        Native.register(LiveLibrary.class, LibCkpt.open(NativeFiles.find("libckpt.so")));
    }

    private LiveLibrary() {}

    public static native long userfaultFeatures();

    public static native long liveOpen(int slots);

    public static native int liveWatch(long live, int pid, int uffd);

    public static native int liveWatchAgain(long live, int space, int pid);

    public static native int liveRegister(long live, int space, long start, long end);

    public static native int liveAdd(long live, int space, long[] windows, int count);

    public static native int liveProtect(long live, int space, long start, long end);

    public static native int liveAdmit(long live);

    public static native int liveAdmitEnd(long live);

    public static native int liveStart(long live);

    public static native int liveEscort(long live, int[] tasks, int count);

    public static native int liveNext(long live, long[] values);

    public static native int liveGiveBack(long live, int slot);

    public static native int liveFailure(long live, long[] values);

    public static native int liveEnd(long live);

    public static native int liveClose(long live);

    public static native long liveSlot(long live, int slot);

    /** The first bytes of a slot, where they are. */
    public static ByteBuffer slot(long live, int slot, int length) {
        return new Pointer(liveSlot(live, slot)).getByteBuffer(0, length);
    }
}
