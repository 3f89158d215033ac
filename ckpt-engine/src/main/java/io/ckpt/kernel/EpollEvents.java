package io.ckpt.kernel;

import static io.ckpt.kernel.Flags.name;

import java.util.List;
import java.util.Map;

/** Events of epoll_ctl(2). */
public final class EpollEvents {
    public static final int IN = 0x1;
    public static final int PRI = 0x2;
    public static final int OUT = 0x4;
    public static final int ERR = 0x8;
    public static final int HUP = 0x10;
    public static final int RDNORM = 0x40;
    public static final int RDBAND = 0x80;
    public static final int WRNORM = 0x100;
    public static final int WRBAND = 0x200;
    public static final int MSG = 0x400;
    public static final int RDHUP = 0x2000;
    public static final int EXCLUSIVE = 0x10000000;
    public static final int WAKEUP = 0x20000000;
    public static final int ONESHOT = 0x40000000;
    public static final int ET = 0x80000000;

    private static final List<Map.Entry<String, Long>> NAMES = List.of(
            name("EPOLLIN", IN),
            name("EPOLLPRI", PRI),
            name("EPOLLOUT", OUT),
            name("EPOLLERR", ERR),
            name("EPOLLHUP", HUP),
            name("EPOLLRDNORM", RDNORM),
            name("EPOLLRDBAND", RDBAND),
            name("EPOLLWRNORM", WRNORM),
            name("EPOLLWRBAND", WRBAND),
            name("EPOLLMSG", MSG),
            name("EPOLLRDHUP", RDHUP),
            name("EPOLLEXCLUSIVE", EXCLUSIVE),
            name("EPOLLWAKEUP", WAKEUP),
            name("EPOLLONESHOT", ONESHOT),
            name("EPOLLET", ET & 0xffffffffL));

    private EpollEvents() {}

    public static String text(int flags) {
        return Flags.text(Integer.toUnsignedLong(flags), NAMES);
    }
}
