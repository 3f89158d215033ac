package io.ckpt.image;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/** Refuses files and directories that somebody else could have written: they must belong to the caller's own user. */
public final class Ownership {
    private static final int OTHERS_WRITE = 0022;
    private static final int OTHERS_ANY = 0077;

    private Ownership() {}

    /** Owned by us, not a symbolic link, not writable by group or others. */
    public static void require(Path path) {
        check(
                path,
                OTHERS_WRITE,
                "writable by others",
                "chmod go-w " + path + ", after making sure that nobody changed it");
    }

    /** Owned by us, not a symbolic link, closed to group and others. */
    public static void requireSecret(Path path) {
        check(path, OTHERS_ANY, "open to others", "chmod go= " + path + ", and replace what was secret in it");
    }

    private static void check(Path path, int forbidden, String what, String remedy) {
        try {
            Map<String, Object> facts = Files.readAttributes(path, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
            Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            if (Files.isSymbolicLink(path)) {
                throw refused(path + " is a symbolic link", "name the file itself");
            }
            if (!facts.get("uid").equals(self)) {
                throw refused(
                        path + " belongs to uid " + facts.get("uid") + ", not to uid " + self,
                        "use a file that belongs to uid " + self);
            }
            if (((int) facts.get("mode") & forbidden) != 0) {
                throw refused(
                        path + " is " + what + String.format(" (mode %04o)", (int) facts.get("mode") & 07777), remedy);
            }
        } catch (IOException e) {
            throw Fault.io("look at " + path, e);
        }
    }

    private static Fault refused(String message, String remedy) {
        return new Fault(FaultCode.NOT_PERMITTED, message, remedy);
    }
}
