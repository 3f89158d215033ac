package io.ckpt.kind.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.kind.RecordedContext;
import io.ckpt.kind.RecordedProcess;
import org.junit.jupiter.api.Test;

class SecurityLabelTest {
    private final SecurityLabelKind kind = new SecurityLabelKind();
    private final RecordedProcess process = new RecordedProcess(4711, 10);
    private final RecordedContext context = new RecordedContext(process);

    @Test
    void tellsWhatAProcessIsConfinedTo() {
        process.text("attr/current", "docker-default (enforce)\n");
        assertThat(kind.capture(process, context).getLabel()).isEqualTo("docker-default (enforce)");
        assertThat(context.warnings()).hasSize(1).first().asString().contains("pid 4711", "docker-default");
    }

    @Test
    void saysNothingOfAnUnconfinedProcess() {
        process.text("attr/current", "unconfined\n");
        kind.capture(process, context);
        assertThat(context.warnings()).isEmpty();
    }

    @Test
    void knowsNoneWhereNoModuleHasLabels() {
        assertThat(kind.accepts(process, context)).isFalse();
    }
}
