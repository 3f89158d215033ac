package io.ckpt.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.kernel.SystemCall;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailureTest {
    private static final int EPERM = 1;
    private static final int EACCES = 13;

    @Test
    void namesTheSettingOfANodeThatMakesNoMemoryToRun() {
        assertThat(remedy(SystemCall.MEMFD_CREATE, EACCES))
                .contains("vm.memfd_noexec")
                .doesNotContain("owner");
        assertThat(remedy(SystemCall.FCHMOD, EPERM)).contains("owner", "vm.memfd_noexec");
        assertThat(remedy(SystemCall.OPENAT, EACCES)).contains("owner").doesNotContain("memfd");
    }

    private static String remedy(int call, int error) {
        Program root = new Program("restorer");
        new Steps(root, "restart").call(call, Operand.of(0));
        Plan plan = new Plan(0x10000, 1 << 20, List.of(root), List.of());
        return new Failure(0, 0, 1, -error).asFault(plan).remedy();
    }
}
