package io.ckpt.kind;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.freeze.FileStatus;
import io.ckpt.kernel.FileMode;
import io.ckpt.kind.FileExpectation.Verdict;
import io.ckpt.kind.RestartOptions.FilePolicy;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FileExpectationTest {
    private static final FileExpectation OUTPUT = new FileExpectation("/x/out", FileMode.REGULAR, 0, 100, 7, true);
    private static final FileExpectation INPUT = new FileExpectation("/x/in", FileMode.REGULAR, 0, 100, 7, false);

    @Test
    void acceptsUnchangedFileUnderEveryPolicy() {
        for (FilePolicy policy : FilePolicy.values()) {
            assertThat(OUTPUT.judge(regular(100, 7), policy)).isInstanceOf(Verdict.Fine.class);
        }
    }

    @Test
    void tellsThatGrownOutputIsCutBack() {
        assertThat(OUTPUT.judge(regular(150, 8), FilePolicy.TRUNCATE))
                .isEqualTo(new Verdict.Change(
                        "/x/out has changed since the checkpoint (100 bytes then, 150 now) and is cut back"));
    }

    @Test
    void refusesOutputThatBecameShorterRatherThanFillItWithZeros() {
        assertThat(OUTPUT.judge(regular(50, 8), FilePolicy.TRUNCATE)).isInstanceOf(Verdict.Obstacle.class);
    }

    @Test
    void tellsChangeOfInput() {
        assertThat(INPUT.judge(regular(50, 8), FilePolicy.TRUNCATE)).isInstanceOf(Verdict.Change.class);
        assertThat(INPUT.judge(regular(100, 8), FilePolicy.STRICT)).isInstanceOf(Verdict.Obstacle.class);
        assertThat(INPUT.judge(regular(100, 8), FilePolicy.IGNORE)).isInstanceOf(Verdict.Change.class);
    }

    @Test
    void refusesFileThatIsGoneOrOfAnotherType() {
        assertThat(INPUT.judge(Optional.empty(), FilePolicy.IGNORE)).isInstanceOf(Verdict.Obstacle.class);
        assertThat(INPUT.judge(status(FileMode.PIPE, 0, 7, 0), FilePolicy.IGNORE))
                .isInstanceOf(Verdict.Obstacle.class);
    }

    @Test
    void refusesAnotherDeviceUnderTheName() {
        FileExpectation device = FileExpectation.ofDevice("/dev/null", 0x103);
        assertThat(device.judge(status(FileMode.CHARACTER_DEVICE, 0, 7, 0x103), FilePolicy.STRICT))
                .isInstanceOf(Verdict.Fine.class);
        assertThat(device.judge(status(FileMode.CHARACTER_DEVICE, 0, 7, 0x105), FilePolicy.IGNORE))
                .isInstanceOf(Verdict.Obstacle.class);
    }

    private static Optional<FileStatus> regular(long size, long modified) {
        return status(FileMode.REGULAR, size, modified, 0);
    }

    private static Optional<FileStatus> status(int type, long size, long modified, long rdevice) {
        return Optional.of(new FileStatus(1, 2, type | 0644, 1, 0, 0, rdevice, size, 8, modified));
    }
}
