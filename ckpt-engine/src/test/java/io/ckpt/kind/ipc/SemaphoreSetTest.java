package io.ckpt.kind.ipc;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.freeze.IpcObject;
import io.ckpt.freeze.SemaphoreSet;
import io.ckpt.image.v1.SystemVSemaphores;
import io.ckpt.image.v1.SystemVSemaphores.Undo;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.RecordedContext;
import io.ckpt.kind.RecordedPlan;
import io.ckpt.kind.RecordedProcess;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SemaphoreSetTest {
    private static final IpcObject.Entry ENTRY = new IpcObject.Entry(32773, 1258295127, 0640, 1000, 1000);
    private static final SystemVSemaphores STATE = SystemVSemaphores.newBuilder()
            .setId(32773)
            .setKey(1258295127)
            .setMode(0640)
            .setUid(1000)
            .setGid(1000)
            .addAllValues(List.of(32767, 0, 20000))
            .addAllLastUsers(List.of(10, 0, 11))
            .addUndos(Undo.newBuilder().setPid(10).setNumber(0).setAmount(5))
            .addUndos(Undo.newBuilder().setPid(10).setNumber(1).setAmount(-32768))
            .addUndos(Undo.newBuilder().setPid(11).setNumber(2).setAmount(-15000))
            .build();

    private final SemaphoreSetKind kind = new SemaphoreSetKind();
    private final FakeSemaphores semaphores = new FakeSemaphores(List.of(32767, 0, 20000), List.of(5, -32768, -15000));
    private final RecordedContext context = new RecordedContext(process(semaphores));

    private record Semaphores(Entry entry, List<Integer> values, List<Integer> lastUsers, Set<Integer> users)
            implements SemaphoreSet {}

    @Test
    void findsOutWhatAProcessGivesBack() {
        SystemVSemaphores state =
                kind.capture(new Semaphores(ENTRY, semaphores.values(), List.of(4711, 0, 12), Set.of(4711)), context);
        assertThat(state.getUndosList()).extracting(Undo::getAmount).containsExactly(5, -32768, -15000);
        assertThat(state.getLastUsersList()).containsExactly(10, 0, 0);
        assertThat(semaphores.operated()).isFalse();
    }

    @Test
    void findsEveryAmount() {
        for (int amount : List.of(1, -1, 2, -2, 32766, 32767, -32767, -32768, 0, 16384, -16384)) {
            for (int value : List.of(0, 1, 12345, 32766, 32767)) {
                FakeSemaphores other = new FakeSemaphores(List.of(value), List.of(amount));
                Semaphores set = new Semaphores(ENTRY, List.of(value), List.of(4711), Set.of(4711));
                assertThat(new UndoAmounts(process(other), set, context).ask(List.of(value)))
                        .as("%s at value %s", amount, value)
                        .isEqualTo(amount == 0 ? Map.of() : Map.of(0, amount));
            }
        }
    }

    @Test
    void findsTheFewThatOwe() {
        List<Integer> values = Collections.nCopies(25, 3);
        List<Integer> amounts = new ArrayList<>(Collections.nCopies(25, 0));
        amounts.set(9, 1);
        amounts.set(24, -1);
        Semaphores set = new Semaphores(ENTRY, values, Collections.nCopies(25, 4711), Set.of(4711));
        assertThat(new UndoAmounts(process(new FakeSemaphores(values, amounts)), set, context).ask(values))
                .isEqualTo(Map.of(9, 1, 24, -1));
    }

    @Test
    void owesWithoutChangingAnything() {
        for (int amount : List.of(1, -1, 32767, -32767, -32768, 20000, -20000)) {
            for (int value : List.of(0, 1, 12345, 16384, 32766, 32767)) {
                FakeSemaphores other = new FakeSemaphores(List.of(value), List.of(0));
                assertThat(other.operate(
                                SemaphoreOperations.owing(value, 0, amount).bytes()))
                        .as("%s at value %s", amount, value)
                        .isZero();
                assertThat(other.values()).containsExactly(value);
                assertThat(other.amounts()).containsExactly(amount);
            }
        }
    }

    @Test
    void remembersSomebodyWhereOnlyTheDeadOperated() {
        Semaphores set = new Semaphores(ENTRY, semaphores.values(), List.of(1, 2, 3), Set.of());
        assertThat(kind.capture(set, context).getLastUsersList()).containsExactly(10, 10, 10);
    }

    @Test
    void refusesSetThatAnotherProcessUsesToo() {
        kind.capture(new Semaphores(ENTRY, semaphores.values(), List.of(1, 4711, 0), Set.of(1, 4711)), context);
        assertThat(context.refusals().get(0).toString()).contains("semaphore set 32773", "process 1 outside");
    }

    @Test
    void doesNotMindWhoOnlyHasThePidOfUser() {
        SemaphoreSet set = new SemaphoreSet() {
            @Override
            public Entry entry() {
                return ENTRY;
            }

            @Override
            public List<Integer> values() {
                return semaphores.values();
            }

            @Override
            public List<Integer> lastUsers() {
                return List.of(1, 4711, 0);
            }

            @Override
            public Set<Integer> users() {
                return Set.of(1, 4711);
            }

            @Override
            public boolean wasThere(int pid) {
                return pid == 4711;
            }
        };
        kind.capture(set, context);
        assertThat(context.refusals()).isEmpty();
    }

    @Test
    void makesSetAndWhatIsOwed() {
        RecordedPlan plan = new RecordedPlan();
        kind.plan(new ObjectId("semaphores:32773"), STATE, plan);
        plan.assertGolden("semaphore-set");
    }

    @Test
    void isHinderedByWhoeverUsesItsPlace() {
        Semaphores used = new Semaphores(ENTRY, List.of(), List.of(), Set.of(5));
        Semaphores left = new Semaphores(ENTRY, List.of(), List.of(), Set.of());
        assertThat(kind.obstacle(STATE, RecordedNode.of("", used)))
                .get()
                .asString()
                .contains("semaphore set 32773", "ipcrm");
        assertThat(kind.obstacle(STATE, RecordedNode.of("", left))).isEmpty();
    }

    private static RecordedProcess process(FakeSemaphores semaphores) {
        return new RecordedProcess(4711, 10).answering((number, arguments, room) -> {
            assertThat(number).isEqualTo(SystemCall.SEMOP);
            assertThat(arguments[2] * FakeSemaphores.OPERATION_BYTES).isEqualTo(room.length);
            return semaphores.operate(room);
        });
    }
}
