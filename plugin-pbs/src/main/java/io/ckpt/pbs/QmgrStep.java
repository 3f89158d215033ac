package io.ckpt.pbs;

import io.ckpt.fault.Fault;
import io.ckpt.scheduler.Setup.Step;
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
    /** A hook of this installation; its settings are the site's to change, by exporting and importing them. */
    static QmgrStep hook(PbsCommands commands, String name, String events, Path directory) {
        String hook = "hook " + name;
        return new QmgrStep(
                commands,
                hook,
                List.of(),
                List.of(
                        "set " + hook + " event = \"" + events + "\"",
                        "import " + hook + " application/x-python default " + directory.resolve(name + ".py"),
                        "import " + hook + " application/x-config default " + directory.resolve("settings.json")));
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
