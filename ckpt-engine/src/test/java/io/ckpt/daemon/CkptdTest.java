package io.ckpt.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private static Run ckptd(String... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Ckptd.class.getName()));
        words.addAll(List.of(arguments));
        Process process = new ProcessBuilder(words).start();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), err);
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
