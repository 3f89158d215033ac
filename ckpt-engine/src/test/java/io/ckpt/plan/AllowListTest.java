package io.ckpt.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.kernel.SystemCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AllowListTest {
    private static final Path HEADER = Path.of(System.getProperty("ckpt.native"), "../restorer/allowlist.h");

    @Test
    void isTheListOfTheRestorer() throws IOException {
        List<String> restorer = Pattern.compile("CKPT_ALLOW\\((\\w+)\\)")
                .matcher(Files.readString(HEADER))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(AllowList.CALLS.stream().map(SystemCall::name)).containsExactlyInAnyOrderElementsOf(restorer);
    }

    @Test
    void holdsNoCallThatRunsOrInspectsOtherCode() {
        assertThat(AllowList.CALLS)
                .doesNotContain(
                        SystemCall.EXECVE,
                        SystemCall.EXECVEAT,
                        SystemCall.PTRACE,
                        SystemCall.CLONE,
                        SystemCall.CLONE3,
                        SystemCall.FORK,
                        SystemCall.PROCESS_VM_WRITEV);
    }
}
