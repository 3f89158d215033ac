package io.ckpt.kernel;

import static io.ckpt.kernel.Flags.name;

import java.util.List;
import java.util.Map;

/** Flags of sigaction(2), x86-64. */
public final class SignalActionFlags {
    public static final int NOCLDSTOP = 0x1;
    public static final int NOCLDWAIT = 0x2;
    public static final int SIGINFO = 0x4;
    public static final int UNSUPPORTED = 0x400;
    public static final int EXPOSE_TAGBITS = 0x800;
    public static final int RESTORER = 0x4000000;
    public static final int ONSTACK = 0x8000000;
    public static final int RESTART = 0x10000000;
    public static final int NODEFER = 0x40000000;
    public static final int RESETHAND = 0x80000000;

    private static final List<Map.Entry<String, Long>> NAMES = List.of(
            name("SA_NOCLDSTOP", NOCLDSTOP),
            name("SA_NOCLDWAIT", NOCLDWAIT),
            name("SA_SIGINFO", SIGINFO),
            name("SA_UNSUPPORTED", UNSUPPORTED),
            name("SA_EXPOSE_TAGBITS", EXPOSE_TAGBITS),
            name("SA_RESTORER", RESTORER),
            name("SA_ONSTACK", ONSTACK),
            name("SA_RESTART", RESTART),
            name("SA_NODEFER", NODEFER),
            name("SA_RESETHAND", RESETHAND & 0xffffffffL));

    private SignalActionFlags() {}

    public static String text(int flags) {
        return Flags.text(Integer.toUnsignedLong(flags), NAMES);
    }
}
