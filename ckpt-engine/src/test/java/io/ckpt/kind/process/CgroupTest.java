package io.ckpt.kind.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.kind.RecordedContext;
import io.ckpt.kind.RecordedProcess;
import org.junit.jupiter.api.Test;

class CgroupTest {
    private final CgroupKind kind = new CgroupKind();
    private final RecordedProcess first = new RecordedProcess(4711, 10).text("cgroup", "4:memory:/job\n0::/job\n");
    private final RecordedProcess second = new RecordedProcess(4712, 11);
    private final RecordedContext context = new RecordedContext(first, second);

    @Test
    void tellsWhereAProcessLivesApart() {
        second.text("cgroup", "4:memory:/job/small\n0::/job\n");
        assertThat(kind.capture(second, context).getApartList()).containsExactly("/job/small");
        assertThat(context.warnings()).hasSize(1).first().asString().contains("pid 4712", "/job/small");
    }

    @Test
    void saysNothingOfAJobThatIsTogether() {
        second.text("cgroup", first.text("cgroup"));
        kind.capture(second, context);
        assertThat(context.warnings()).isEmpty();
    }

    @Test
    void takesTheFirstProcessForTheJob() {
        assertThat(kind.accepts(first, context)).isFalse();
        assertThat(kind.accepts(second, context)).isTrue();
    }
}
