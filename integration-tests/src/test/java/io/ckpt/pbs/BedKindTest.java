package io.ckpt.pbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BedKindTest {
    private static final List<String> COMMANDS = List.of(
            "qsub", "qstat", "qselect", "qdel", "qrerun", "qhold", "qrls", "qsig", "qalter", "pbsnodes", "qmgr");

    @TempDir
    private Path directory;

    @Test
    void withoutAWordItIsTheStandIn() {
        assertThat(BedKind.wanted(Map.of())).isEqualTo(BedKind.FAKE);
        assertThat(BedKind.FAKE.missing(Map.of())).isEmpty();
    }

    @Test
    void aWordThatIsNoneIsAnError() {
        assertThatThrownBy(() -> BedKind.wanted(Map.of("CKPT_PBS", "reel"))).hasMessageContaining("fake or real");
    }

    @Test
    void theRealOneWantsAllCommandsOfPbs() throws IOException {
        BedKind kind = BedKind.wanted(Map.of("CKPT_PBS", "real"));
        Map<String, String> environment = Map.of("PATH", "/nowhere:" + directory);
        for (String command : COMMANDS) {
            assertThat(kind.missing(environment)).contains(command);
            Files.createFile(
                    directory.resolve(command),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        }

        assertThat(kind.missing(environment)).isEmpty();
    }

    @Test
    void eachHasItsScript() {
        assertThat(BedKind.values())
                .allSatisfy(kind -> assertThat(kind.script()).isExecutable());
    }
}
