package io.ckpt.pbs;

import io.ckpt.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A hook of this installation in PBS's server. Its settings are the site's from the first import on.
 *
 * @param events as hook attribute {@code event}
 * @param directory with {@code HOOK.py} and {@code settings.json}
 */
record HookStep(PbsCommands commands, String hook, String events, Path directory) implements ServerObject {
    private static final String PYTHON = " application/x-python default ";

    @Override
    public String name() {
        return "hook " + hook;
    }

    @Override
    public Optional<String> fault() {
        Optional<String> listed = commands.listed(name());
        if (listed.isEmpty()) {
            return Optional.of("is not there");
        }
        if (listed.get().matches("(?s).*enabled\\s*=\\s*[Ff]alse.*")) {
            return Optional.of("is disabled: jobs that ran before would begin anew");
        }
        if (!Arrays.stream(events.split(",")).allMatch(listed.get()::contains)) {
            return Optional.of("does not see all events that it must: " + events);
        }
        return isCurrent() ? Optional.empty() : Optional.of("is that of another version of ckpt");
    }

    private boolean isCurrent() {
        String imported = commands.run("qmgr", "-c", "export hook " + hook + PYTHON.stripTrailing());
        return imported.strip().equals(installed().strip());
    }

    private String installed() {
        try {
            return Files.readString(source());
        } catch (IOException e) {
            throw Fault.io("read " + source(), e);
        }
    }

    private Path source() {
        return directory.resolve(hook + ".py");
    }

    @Override
    public List<String> remedy() {
        List<String> current = List.of(
                "set hook " + hook + " event = \"" + events + "\"",
                "import hook " + hook + PYTHON + source(),
                "set hook " + hook + " enabled = true");
        List<String> creation = List.of(
                "create hook " + hook,
                "import hook " + hook + " application/x-config default " + directory.resolve("settings.json"));
        return Stream.concat(commands.listed(name()).isEmpty() ? creation.stream() : Stream.empty(), current.stream())
                .map(PbsCommands::qmgr)
                .toList();
    }
}
