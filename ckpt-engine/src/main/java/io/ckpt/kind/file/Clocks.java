package io.ckpt.kind.file;

import io.ckpt.kernel.Clock;

/** Clocks that a timerfd can have, by name. */
final class Clocks {
    private Clocks() {}

    static String text(int clock) {
        return switch (clock) {
            case Clock.REALTIME -> "CLOCK_REALTIME";
            case Clock.MONOTONIC -> "CLOCK_MONOTONIC";
            case Clock.BOOTTIME -> "CLOCK_BOOTTIME";
            case Clock.REALTIME_ALARM -> "CLOCK_REALTIME_ALARM";
            case Clock.BOOTTIME_ALARM -> "CLOCK_BOOTTIME_ALARM";
            default -> Integer.toString(clock);
        };
    }
}
