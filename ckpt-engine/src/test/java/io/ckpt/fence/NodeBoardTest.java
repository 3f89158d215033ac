package io.ckpt.fence;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.image.v1.NodeFacts;
import io.ckpt.store.StorePlace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeBoardTest {
    private static final NodeFacts FACTS =
            NodeFacts.newBuilder().setKernelRelease("6.1.0").addCpuFlags("avx").build();

    @TempDir
    Path shared;

    @Test
    void tellsWhatEachNodeSaidLast() {
        NodeBoard board = new NodeBoard(StorePlace.unknown(shared));
        board.write("n2", FACTS);
        board.write("n1", FACTS);
        NodeFacts anew = FACTS.toBuilder().setKernelRelease("6.2.0").build();
        board.write("n1", anew);
        assertThat(board.read()).extracting(NodeBoard.Entry::node).containsExactly("n1", "n2");
        assertThat(board.read()).extracting(NodeBoard.Entry::facts).containsExactly(anew, FACTS);
    }

    @Test
    void tellsWhenANodeLastBeat() {
        NodeBoard board = new NodeBoard(StorePlace.unknown(shared));
        board.write("n1", FACTS);
        assertThat(board.read().get(0).beat()).isEmpty();
        new Fence(StorePlace.unknown(shared), new NodeIdentity("n1", "boot"), Duration.ofSeconds(10), new FakePace())
                .beat();
        assertThat(board.read().get(0).beat()).hasValueSatisfying(beat -> assertThat(beat)
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60)));
    }

    @Test
    void passesOverWhatIsNoNode() throws Exception {
        NodeBoard board = new NodeBoard(StorePlace.unknown(shared));
        board.write("n1", FACTS);
        Files.write(shared.resolve(".cluster/facts").resolve("torn"), new byte[] {-1, -1, -1});
        assertThat(board.read()).hasSize(1);
    }

    @Test
    void knowsNobodyWhereNoDaemonHasBegun() {
        assertThat(new NodeBoard(StorePlace.unknown(shared)).read()).isEmpty();
    }
}
