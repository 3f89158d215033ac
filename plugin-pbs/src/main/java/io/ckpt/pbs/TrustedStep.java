package io.ckpt.pbs;

import io.ckpt.scheduler.Setup.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** MoM looks at a program before each call: root's, of a system group, writable by nobody else. */
record TrustedStep(Path program) implements Step {
    private static final int SYSTEM_GROUPS = 10;
    private static final int OWNER_EXECUTES = 0100;
    private static final int OTHERS_WRITE = 0002;

    @Override
    public String name() {
        return "program " + program;
    }

    @Override
    public Optional<String> fault() {
        try {
            int mode = (int) Files.getAttribute(program, "unix:mode");
            boolean good = Files.getAttribute(program, "unix:uid").equals(0)
                    && (int) Files.getAttribute(program, "unix:gid") <= SYSTEM_GROUPS
                    && (mode & OWNER_EXECUTES) != 0
                    && (mode & OTHERS_WRITE) == 0;
            return good ? Optional.empty() : Optional.of("MoM refuses to run it: its owner, group or mode");
        } catch (IOException e) {
            return Optional.of("is not there");
        }
    }

    @Override
    public List<String> remedy() {
        return List.of("chown root:root " + program, "chmod 755 " + program);
    }
}
