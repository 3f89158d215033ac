package io.ckpt.place;

import java.util.Set;

/**
 * One packet of ABI 3.
 *
 * @param value what it means depends on the type: a pid, a signal, a wait status, an exit status
 * @param text why, in a REFUSE
 */
public record PlaceMessage(
        PlaceType type, long value, Set<PlaceFlag> flags, Protection protection, ClockOffsets clocks, String text) {
    public PlaceMessage {
        flags = Set.copyOf(flags);
    }

    public static PlaceMessage of(PlaceType type, long value) {
        return new PlaceMessage(type, value, Set.of(), Protection.NONE, ClockOffsets.NONE, "");
    }

    public static PlaceMessage hello(Protection protection, Set<PlaceFlag> flags, long value) {
        return new PlaceMessage(PlaceType.HELLO, value, flags, protection, ClockOffsets.NONE, "");
    }

    public static PlaceMessage spawn(int pid, ClockOffsets clocks) {
        return new PlaceMessage(PlaceType.SPAWN, pid, Set.of(), Protection.NONE, clocks, "");
    }

    public static PlaceMessage of(PlaceType type, String text) {
        return new PlaceMessage(type, 0, Set.of(), Protection.NONE, ClockOffsets.NONE, text);
    }

    public static PlaceMessage lost(int exitStatus, String text) {
        return new PlaceMessage(PlaceType.LOST, exitStatus, Set.of(), Protection.NONE, ClockOffsets.NONE, text);
    }

    public static PlaceMessage refuse(int exitStatus, String text) {
        return new PlaceMessage(PlaceType.REFUSE, exitStatus, Set.of(), Protection.NONE, ClockOffsets.NONE, text);
    }
}
