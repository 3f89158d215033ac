package io.ckpt.jna;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the native part of an installation lies: in the directory that system property {@code ckpt.native} names, else
 * beside the jar in {@code ../libexec/ckpt} or {@code ../lib}, so that an installation runs from wherever it is copied.
 */
public final class NativeFiles {
    private static final String PROPERTY = "ckpt.native";

    private NativeFiles() {}

    /** The file {@code name}: {@code libckpt.so}, {@code ckpt-restorer}, {@code ckpt-run}. */
    public static Path find(String name) {
        return candidates()
                .map(directory -> directory.resolve(name).toAbsolutePath().normalize())
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> missing(name));
    }

    private static Stream<Path> candidates() {
        return Optional.ofNullable(System.getProperty(PROPERTY))
                .map(directory -> Stream.of(Path.of(directory)))
                .orElseGet(NativeFiles::besideJar);
    }

    private static Stream<Path> besideJar() {
        Path jars = jar().getParent();
        return Stream.of("../libexec/ckpt", "../lib", "../../libexec/ckpt", "../../lib", ".")
                .map(jars::resolve);
    }

    private static Path jar() {
        try {
            return Path.of(NativeFiles.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw Fault.internal("the place of the engine's jar is not a file", e);
        }
    }

    private static Fault missing(String name) {
        String places = String.join(
                ", ", candidates().map(Path::normalize).map(Path::toString).toList());
        return new Fault(
                FaultCode.CONFIGURATION,
                "cannot find " + name + " in " + places,
                "install the whole of ckpt, or name the directory with -D" + PROPERTY + "=DIRECTORY");
    }
}
