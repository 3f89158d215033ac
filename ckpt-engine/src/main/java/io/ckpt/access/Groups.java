package io.ckpt.access;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Group names of this system, whatever directory service knows them. */
public final class Groups {
    private Groups() {}

    /**
     * The gid of a group that is named or already a number, by getent(1).
     *
     * @throws Fault CONFIGURATION when the system knows no such group
     */
    public static int gid(String group) {
        if (group.chars().allMatch(Character::isDigit)) {
            return Integer.parseUnsignedInt(group);
        }
        try {
            Process getent = new ProcessBuilder("getent", "group", group).start();
            String entry = new String(getent.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String[] fields = entry.trim().split(":");
            if (fields.length < 3) {
                throw unknown(group);
            }
            return Integer.parseUnsignedInt(fields[2]);
        } catch (IOException e) {
            throw new Fault(FaultCode.CONFIGURATION, "getent group " + group + ": " + e.getMessage(), "use a gid", e);
        }
    }

    private static Fault unknown(String group) {
        return new Fault(
                FaultCode.CONFIGURATION, "no group \"" + group + "\" on this system", "create it, or name another one");
    }
}
