package io.ckpt.restart;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.ckpt.freeze.Node;
import io.ckpt.freeze.NodeNames;
import io.ckpt.image.v1.Manifest;
import io.ckpt.image.v1.NodeFacts;
import io.ckpt.image.v1.ObjectState;
import io.ckpt.image.v1.Scheduling;
import io.ckpt.kind.RestartOptions;
import io.ckpt.kind.RestartOptions.FilePolicy;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PreflightTest {
    private static final int CPU_3 = 1 << 3;

    @Test
    void cpusThatAreNotToBeHadAreNoObstacle() {
        assertThat(warnings(List.of(0, 1)))
                .containsExactly("1 threads were bound to CPUs that are not to be had here: they run on any of [0, 1]");
        assertThat(warnings(List.of(2, 3))).isEmpty();
    }

    private static List<String> warnings(List<Integer> cpus) {
        ObjectState bound = ObjectState.newBuilder()
                .setId("thread:5")
                .setKind("scheduling")
                .setState(Any.pack(Scheduling.newBuilder()
                        .setCpus(ByteString.copyFrom(new byte[] {CPU_3}))
                        .build()))
                .build();
        Node node = Node.here();
        Manifest manifest = Manifest.newBuilder()
                .setNode(NodeFacts.newBuilder().setKernelRelease(node.release()))
                .build();
        return new Preflight(List.of(bound), path -> Optional.empty(), cpus, NodeNames.here())
                .check(manifest, node, new RestartOptions(FilePolicy.TRUNCATE));
    }
}
