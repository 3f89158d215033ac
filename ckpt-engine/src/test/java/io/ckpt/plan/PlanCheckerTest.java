package io.ckpt.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.kernel.SystemCall;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanCheckerTest {
    private final Program root = new Program("root");
    private final Program child = new Program("child");
    private final Steps first = new Steps(root, "o");
    private final Steps second = new Steps(child, "o");

    PlanCheckerTest() {
        first.add(new Word.Move());
    }

    @Test
    void acceptsASlotOfTheParentFromBeforeTheFork() {
        Slot pid = first.call("me", SystemCall.GETPID);
        first.fork(child, 0);
        second.call(SystemCall.CLOSE, pid);
        assertThat(defects()).isEmpty();
    }

    @Test
    void refusesASlotOfTheParentFromAfterTheFork() {
        first.fork(child, 0);
        Slot pid = first.call("me", SystemCall.GETPID);
        second.call(SystemCall.CLOSE, pid);
        assertThat(defects()).containsExactly("child: o: close($me): $me has no value yet");
    }

    @Test
    void acceptsASlotAcrossABarrier() {
        Barrier barrier = new Barrier(0, "b", 2, false);
        first.fork(child, 0);
        Slot pid = second.call("child", SystemCall.GETPID);
        second.add(new Word.Arrive(barrier));
        first.add(new Word.Arrive(barrier));
        first.call(SystemCall.CLOSE, pid);
        assertThat(defects(barrier)).isEmpty();
    }

    @Test
    void refusesASlotOfAnotherTaskWithoutABarrier() {
        first.fork(child, 0);
        Slot pid = second.call("child", SystemCall.GETPID);
        first.call(SystemCall.CLOSE, pid);
        assertThat(defects()).containsExactly("root: o: close($child): $child has no value yet");
    }

    @Test
    void acceptsASlotOfAnAwaitedChild() {
        Slot forked = first.fork(child, 0);
        Slot pid = second.call("child", SystemCall.GETPID);
        first.add(new Word.Await(forked));
        first.call(SystemCall.CLOSE, pid);
        second.call(SystemCall.EXIT_GROUP, Operand.of(0));
        first.add(new Word.Park());
        assertThat(PlanChecker.defects(plan())).isEmpty();
    }

    @Test
    void refusesToAwaitAChildThatWaitsItself() {
        Barrier barrier = new Barrier(0, "b", 2, false);
        Slot forked = first.fork(child, 0);
        first.add(new Word.Await(forked));
        first.add(new Word.Arrive(barrier));
        second.add(new Word.Arrive(barrier));
        assertThat(defects(barrier))
                .containsExactly("barrier b waits for 2 tasks, 1 arrive", "root: o: await($pid.child): never ends");
    }

    @Test
    void refusesABarrierThatWaitsForMoreThanCome() {
        Barrier barrier = new Barrier(0, "b", 3, true);
        first.fork(child, 0);
        first.add(new Word.Arrive(barrier));
        second.add(new Word.Arrive(barrier));
        assertThat(defects(barrier)).containsExactly("barrier b waits for 3 tasks, 2 arrive");
    }

    @Test
    void refusesAProgramThatNobodyStarts() {
        assertThat(defects()).containsExactly("child: is started 0 times instead of 1");
    }

    @Test
    void refusesAPidTwice() {
        first.fork(child, 42);
        second.startThread(new Program("x"), 42);
        assertThat(defects())
                .containsExactly(
                        "child: o: thread({x}, tid=42): another task has this id", "x: is started but not listed");
    }

    @Test
    void refusesWordsAfterTheEnd() {
        first.fork(child, 0);
        second.add(new Word.Park());
        assertThat(defects()).containsExactly("child: o: park(): is not the last word of its program");
    }

    @Test
    void refusesAProgramWithoutAnEnd() {
        first.fork(child, 0);
        first.add(new Word.Park());
        assertThat(PlanChecker.defects(plan())).containsExactly("child: does not end with park or exit");
    }

    @Test
    void refusesToMoveTwice() {
        first.fork(child, 0);
        first.add(new Word.Move());
        assertThat(defects()).containsExactly("root: o: move(): is not the first word of the plan");
    }

    @Test
    void refusesToReadBeyondItsData() {
        first.fork(child, 0);
        first.load("x", Data.room(8).at(5), 4);
        assertThat(defects()).containsExactly("root: o: load4([8 bytes]+5): goes beyond the data");
    }

    @Test
    void refusesACallThatIsNotAllowed() {
        first.fork(child, 0);
        second.call(SystemCall.EXECVE, Operand.text("/bin/sh"));
        assertThat(defects()).containsExactly("child: o: execve(\"/bin/sh\"): the call is not on the allow-list");
    }

    @Test
    void refusesAHoleThatIsTooSmall() {
        first.add(new Word.Park());
        Plan plan = new Plan(0x1000, 0x8000, List.of(root), List.of());
        assertThat(PlanChecker.defects(plan)).containsExactly("the hole has 32768 bytes, the plan needs 45056");
    }

    @Test
    void tellsDefectsAsADefectOfCkpt() {
        assertThatThrownBy(() -> PlanEncoder.encode(plan()))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("the restart plan has 3 defects")
                .hasMessageContaining("root: does not end with park or exit");
    }

    private List<String> defects(Barrier... barriers) {
        first.add(new Word.Park());
        second.add(new Word.Park());
        return PlanChecker.defects(plan(barriers));
    }

    private Plan plan(Barrier... barriers) {
        return new Plan(0x1000_0000L, 0x100_0000, List.of(root, child), List.of(barriers));
    }
}
