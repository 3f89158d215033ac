package io.ckpt.freeze;

import io.ckpt.jna.NativeFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What to start, and how.
 *
 * @param arguments argv, the program's own name first
 * @param descriptors what becomes descriptor 0, 1, 2 and so on; -1 leaves one closed. No other is inherited
 * @param newSession true for a session of its own (setsid(2))
 */
public record Launch(
        Path program,
        List<String> arguments,
        Map<String, String> environment,
        List<Integer> descriptors,
        boolean newSession) {
    public Launch {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        descriptors = List.copyOf(descriptors);
    }

    /** With the engine's environment and its three standard descriptors, in its session. */
    public static Launch of(Path program, String... arguments) {
        List<String> all = new ArrayList<>(List.of(program.toString()));
        all.addAll(List.of(arguments));
        return new Launch(program, all, System.getenv(), List.of(0, 1, 2), false);
    }

    public Launch withDescriptors(Integer... numbers) {
        return new Launch(program, arguments, environment, List.of(numbers), newSession);
    }

    public Launch inNewSession() {
        return new Launch(program, arguments, environment, descriptors, true);
    }

    /** A native program of this installation: {@code ckpt-restorer}, {@code ckpt-run}. */
    public static Path installed(String name) {
        return NativeFiles.find(name);
    }
}
