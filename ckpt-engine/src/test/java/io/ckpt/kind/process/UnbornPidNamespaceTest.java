package io.ckpt.kind.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.kind.ObjectId;
import io.ckpt.kind.RecordedContext;
import io.ckpt.kind.RecordedPlan;
import io.ckpt.kind.RecordedProcess;
import org.junit.jupiter.api.Test;

class UnbornPidNamespaceTest {
    private final UnbornPidNamespaceKind kind = new UnbornPidNamespaceKind();
    private final RecordedProcess process = new RecordedProcess(4711, 10).text("ns/pid", "pid:[4026531836]");
    private final RecordedContext context = new RecordedContext(process);
    private final RecordedPlan plan = new RecordedPlan();

    @Test
    void makesOneThatNobodyIsInAgain() {
        assertThat(kind.accepts(process, context)).isTrue();
        kind.plan(ObjectId.process(10), kind.capture(process, context), plan);

        assertThat(context.refusals()).isEmpty();
        plan.assertGolden("unborn-pid-namespace");
    }

    @Test
    void refusesOneWhoseFirstProcessHasEnded() {
        process.text("ns/pid_for_children", "pid:[4026532222]");
        assertThat(kind.accepts(process, context)).isTrue();
        kind.capture(process, context);

        assertThat(context.refusals().get(0).toString()).contains("pid namespace [4026532222] of its children");
    }

    @Test
    void leavesOneThatSomebodyLivesInToItsOwnKind() {
        RecordedProcess child = new RecordedProcess(4712, 11).within("pid:[4026532222]");
        process.text("ns/pid_for_children", "pid:[4026532222]");
        assertThat(kind.accepts(process, new RecordedContext(process, child))).isFalse();
    }

    @Test
    void doesNotMindThatOfTheProcessItself() {
        process.text("ns/pid_for_children", "pid:[4026531836]");
        assertThat(kind.accepts(process, context)).isFalse();
    }
}
