package io.ckpt.kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import io.ckpt.image.v1.ObjectState;
import io.ckpt.image.v1.PidNamespaceState;
import io.ckpt.image.v1.ProcessEntry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PidBirthsTest {
    private static final int SHELL = 10;
    private static final ObjectId OUTER = new ObjectId("namespace:pid:[1]");
    private static final ObjectId INNER = new ObjectId("namespace:pid:[2]");

    private final List<ObjectState> namespaces = new ArrayList<>();
    private final List<ProcessEntry> processes = new ArrayList<>();
    private final List<Integer> goneLeaders = new ArrayList<>();

    PidBirthsTest() {
        processes.add(process(SHELL, 0).build());
    }

    @Test
    void knowsATaskByItsNumberInEachNamespace() {
        namespace(OUTER, "", 20, 1, 21, 3);
        namespace(INNER, OUTER.value(), 21, 1);
        PidNumbers pids = PidNumbers.in(namespaces);

        assertThat(pids.of(SHELL)).containsExactly(10);
        assertThat(pids.of(20)).containsExactly(1, 20);
        assertThat(pids.of(21)).containsExactly(1, 3, 21);
        assertThat(pids.seenBy(SHELL, 21)).isEqualTo(21);
        assertThat(pids.seenBy(20, 21)).isEqualTo(3);
        assertThat(pids.seenBy(21, 20)).isZero();
    }

    @Test
    void agreesToNamespacesThatBeginWithTheirFirstProcess() {
        processes.add(process(20, SHELL).build());
        processes.add(process(21, 20).build());
        processes.add(process(22, SHELL).build());
        namespace(OUTER, "", 20, 1, 21, 2, 22, 3);
        namespace(INNER, OUTER.value(), 21, 1);
        assertThatCode(this::require).doesNotThrowAnyException();
    }

    @Test
    void refusesWhoCameFromElsewhere() {
        processes.add(process(11, SHELL).build());
        processes.add(process(20, 11).build());
        processes.add(process(22, SHELL).build());
        namespace(OUTER, "", 20, 1, 22, 2);
        assertThatThrownBy(this::require).hasMessageContaining("pid 22").hasMessageContaining("setns");
    }

    @Test
    void refusesTheSecondOfNamespacesAtOnce() {
        processes.add(process(20, SHELL).build());
        namespace(OUTER, "", 19, 1, 20, 2);
        namespace(INNER, OUTER.value(), 20, 1);
        assertThatThrownBy(this::require).hasMessageContaining("pid 20");
    }

    @Test
    void refusesAGroupThatIsLedOutside() {
        processes.add(process(11, SHELL).setPgid(11).build());
        processes.add(process(12, SHELL).setPgid(11).build());
        processes.add(process(20, 12).setPgid(11).build());
        namespace(OUTER, "", 20, 1);
        assertThatThrownBy(this::require).hasMessageContaining("pid 20").hasMessageContaining("process group 11");
    }

    @Test
    void agreesToAGroupThatIsInherited() {
        processes.add(process(11, SHELL).setPgid(11).build());
        processes.add(process(20, 11).setPgid(11).build());
        namespace(OUTER, "", 20, 1);
        assertThatCode(this::require).doesNotThrowAnyException();
    }

    @Test
    void refusesAFirstProcessThatASignalEnded() {
        processes.add(process(20, SHELL).setExitStatus(9).build());
        namespace(OUTER, "", 20, 1);
        assertThatThrownBy(this::require).hasMessageContaining("a signal ended it");
    }

    @Test
    void refusesAGroupWhoseLeaderHasEndedWithinASessionFromOutside() {
        processes.add(process(20, SHELL).build());
        processes.add(process(21, 20).setPgid(22).build());
        namespace(OUTER, "", 20, 1, 21, 3, 22, 2);
        goneLeaders.add(22);
        assertThatThrownBy(this::require).hasMessageContaining("pid 22: it led a process group");
    }

    private void require() {
        PidBirths.require(new ProcessTree(processes, goneLeaders), PidNumbers.in(namespaces));
    }

    private static ProcessEntry.Builder process(int pid, int parent) {
        return ProcessEntry.newBuilder()
                .setPid(pid)
                .setPpid(parent)
                .setPgid(SHELL)
                .setSid(SHELL)
                .addTids(pid);
    }

    private void namespace(ObjectId id, String around, int... numbers) {
        PidNamespaceState.Builder state = PidNamespaceState.newBuilder().setAround(around);
        for (int i = 0; i < numbers.length; i += 2) {
            state.addNumbers(
                    PidNamespaceState.Number.newBuilder().setId(numbers[i]).setInside(numbers[i + 1]));
        }
        namespaces.add(ObjectState.newBuilder()
                .setId(id.value())
                .setState(Any.pack(state.build()))
                .build());
    }
}
