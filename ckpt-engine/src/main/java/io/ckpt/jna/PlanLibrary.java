package io.ckpt.jna;

import com.sun.jna.Native;

/** The functions of plan.c, named and bound as those of {@link LibCkpt}. */
public final class PlanLibrary {
    static {
        Native.register(PlanLibrary.class, LibCkpt.open(NativeFiles.find("libckpt.so")));
    }

    private PlanLibrary() {}

    public static native long planOpen(byte[] bytes, long size);

    public static native int planDescriptor(long plan);

    public static native int planClose(long plan);

    public static native int planAwaitTasks(long plan, int barrier, int timeoutMillis);

    public static native int planAwaitParked(long plan, int count, int timeoutMillis);

    public static native int planRelease(long plan, int barrier);

    public static native int planSlot(long plan, int index, long[] value);

    public static native int planFailure(long plan, long[] values);
}
