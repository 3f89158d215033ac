package io.ckpt.pbs;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where PBS lies on this machine: pbs.conf(8B). */
record PbsConf(Path home, Path exec) {

    static PbsConf read() {
        String named = Optional.ofNullable(System.getenv("PBS_CONF_FILE")).orElse("/etc/pbs.conf");
        try {
            return parse(Files.readAllLines(Path.of(named)));
        } catch (IOException e) {
            throw new Fault(
                    FaultCode.CONFIGURATION,
                    named + ": " + e,
                    "run this where PBS is installed, or set PBS_CONF_FILE",
                    e);
        }
    }

    static PbsConf parse(List<String> lines) {
        return new PbsConf(value(lines, "PBS_HOME=", "/var/spool/pbs"), value(lines, "PBS_EXEC=", "/opt/pbs"));
    }

    private static Path value(List<String> lines, String key, String otherwise) {
        return Path.of(lines.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).strip())
                .findFirst()
                .orElse(otherwise));
    }

    /** PREFIX of this installation: our jar is in PREFIX/lib/ckpt. */
    static Path prefix() {
        try {
            Path jar = Path.of(PbsConf.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return jar.resolve("../../..").normalize();
        } catch (URISyntaxException e) {
            throw Fault.internal("the place of the plugin's jar is not a file", e);
        }
    }
}
