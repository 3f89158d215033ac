package io.ckpt.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CkptdTest {
    @TempDir
    private Path directory;

    private record Run(int status, String err) {}

    private static Process start(String... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dckpt.native=" + System.getProperty("ckpt.native"),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Ckptd.class.getName()));
        words.addAll(List.of(arguments));
        return new ProcessBuilder(words).start();
    }

    private static Run ckptd(String... arguments) throws Exception {
        Process process = start(arguments);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), err);
    }

    @Test
    void sigtermIsItsOrdinaryEnd() throws Exception {
        assumeTrue((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0, "needs root");
        Path socket = directory.resolve("run/ckptd.sock");
        String config = Files.writeString(directory.resolve("ckptd.conf"), nodeOfItsOwn(socket))
                .toString();
        Process daemon = start("--config", config);
        BufferedReader log = new BufferedReader(new InputStreamReader(daemon.getErrorStream(), StandardCharsets.UTF_8));
        while (!log.readLine().contains("serves on " + socket)) {}

        Run second = ckptd("--config", config);
        assertThat(second.status).isEqualTo(75);
        assertThat(second.err).contains("listens on " + socket + " already");

        daemon.destroy();
        assertThat(daemon.waitFor()).isZero();
        assertThat(socket).doesNotExist();
    }

    private String nodeOfItsOwn(Path socket) throws Exception {
        Path store = Files.createDirectory(directory.resolve("store"));
        Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rwx------"));
        return String.join(
                "\n",
                "Socket=" + socket,
                "NotifySocket=" + directory.resolve("run/notify.sock"),
                "Store=" + store,
                "StateDirectory=" + directory.resolve("state"),
                "SealKey=" + directory.resolve("key/seal.key"),
                "");
    }

    @Test
    void aWrongSettingEndsItWith78NamingFileLineAndWayOut() throws Exception {
        Path config = Files.writeString(directory.resolve("ckptd.conf"), "# node\nStroe=/scratch\n");

        Run run = ckptd("--config", config.toString());

        assertThat(run.status).isEqualTo(78);
        assertThat(run.err.lines())
                .containsExactly("ckptd: " + config + ":2: unknown key Stroe", "ckptd: way out: did you mean Store?");
    }

    @Test
    void aMissingSettingsFileEndsItWith78() throws Exception {
        Run run = ckptd("--config", directory.resolve("none").toString());

        assertThat(run.status).isEqualTo(78);
        assertThat(run.err).contains("cannot read " + directory.resolve("none"));
    }

    @Test
    void wrongUsageEndsItWith64() throws Exception {
        assertThat(ckptd("--nonsense").status).isEqualTo(64);
    }
}
