package io.ckpt.pbs;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.scheduler.Setup.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An object of the server's: a resource or a hook.
 *
 * @param name as qmgr(1B) has it: {@code resource ckpt}, {@code hook ckpt_exec}
 * @param attributes to create it with; empty for none
 * @param more commands of qmgr after that
 */
record QmgrStep(PbsCommands commands, String name, List<String> attributes, List<String> more) implements Step {
    static QmgrStep hook(PbsCommands commands, String name, String events, Path directory, Path prefix) {
        Path settings = directory.resolve(name + ".json");
        String hook = "hook " + name;
        return new QmgrStep(
                commands,
                hook,
                List.of(),
                List.of(
                        "set " + hook + " event = \"" + events + "\"",
                        "import " + hook + " application/x-python default " + directory.resolve(name + ".py"),
                        "import " + hook + " application/x-config default " + settings(settings, prefix)));
    }

    /** Written beside the hook when the site has none of its own yet. */
    private static Path settings(Path file, Path prefix) {
        try {
            if (!Files.exists(file)) {
                Files.writeString(file, "{\"prefix\": \"" + prefix + "\", \"default\": false, \"on_walltime\": \"requeue\"}\n");
            }
            return file;
        } catch (IOException e) {
            throw new Fault(FaultCode.IO_ERROR, "settings of the hooks " + file + ": " + e, "make it writable", e);
        }
    }

    @Override
    public Optional<String> fault() {
        try {
            commands.run("qmgr", "-c", "list " + name);
            return Optional.empty();
        } catch (Fault fault) {
            return Optional.of("is not there");
        }
    }

    @Override
    public List<String> remedy() {
        String create = attributes.isEmpty() ? "create " + name : "create " + name + " " + attributes.get(0);
        return Stream.concat(Stream.of(create), more.stream())
                .map(command -> "qmgr -c '" + command + "'")
                .toList();
    }

    @Override
    public boolean isOurs() {
        return true;
    }

    @Override
    public void apply() {
        remedy().forEach(line -> commands.run("qmgr", "-c", line.substring("qmgr -c '".length(), line.length() - 1)));
    }

    @Override
    public void undo() {
        commands.run("qmgr", "-c", "delete " + name);
    }
}
