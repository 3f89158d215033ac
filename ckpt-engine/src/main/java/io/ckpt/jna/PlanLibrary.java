package io.ckpt.jna;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.nio.file.Path;

/**
 * Bindings of plan.c; contracts are in native/include/ckpt.h. Every call returns a value or -errno. The library is in
 * the directory that the system property {@code ckpt.native} names.
 */
public final class PlanLibrary {
    static {
        Path directory = Path.of(System.getProperty("ckpt.native", "/usr/lib/ckpt"));
        Native.register(
                PlanLibrary.class,
                NativeLibrary.getInstance(directory.resolve("libckpt.so").toString()));
    }

    private PlanLibrary() {}

    public static native long ckpt_plan_open(byte[] bytes, long size);

    public static native int ckpt_plan_descriptor(long plan);

    public static native int ckpt_plan_close(long plan);

    public static native int ckpt_plan_await_tasks(long plan, int barrier, int timeoutMillis);

    public static native int ckpt_plan_await_parked(long plan, int count, int timeoutMillis);

    public static native int ckpt_plan_release(long plan, int barrier);

    public static native int ckpt_plan_slot(long plan, int index, long[] value);

    public static native int ckpt_plan_failure(long plan, long[] values);
}
