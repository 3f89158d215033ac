package io.ckpt.pbs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether the scenarios run against the stand-in or, as {@code CKPT_PBS=real} wants it, a real PBS. */
enum BedKind {
    FAKE("fakemom/bed", List.of()),
    REAL(
            "realpbs/bed",
            List.of(
                    "qsub",
                    "qstat",
                    "qselect",
                    "qdel",
                    "qrerun",
                    "qhold",
                    "qrls",
                    "qsig",
                    "qalter",
                    "pbsnodes",
                    "qmgr"));

    private static final String VARIABLE = "CKPT_PBS";

    private final String script;
    private final List<String> commands;

    BedKind(String script, List<String> commands) {
        this.script = script;
        this.commands = commands;
    }

    /** @throws IllegalArgumentException for a word that is none: a drift that nobody sees must not look like a success */
    static BedKind wanted(Map<String, String> environment) {
        String word = environment.getOrDefault(VARIABLE, "fake");
        return Arrays.stream(values())
                .filter(kind -> kind.name().equalsIgnoreCase(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(VARIABLE + "=" + word + ": must be fake or real"));
    }

    Path script() {
        return Path.of(script).toAbsolutePath();
    }

    /** What it needs and is not in the path; empty when all of it is. */
    Optional<String> missing(Map<String, String> environment) {
        List<Path> path = Arrays.stream(environment.getOrDefault("PATH", "").split(":"))
                .map(Path::of)
                .toList();
        return commands.stream()
                .filter(command ->
                        path.stream().map(each -> each.resolve(command)).noneMatch(Files::isExecutable))
                .findFirst();
    }
}
