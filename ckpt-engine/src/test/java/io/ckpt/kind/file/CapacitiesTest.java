package io.ckpt.kind.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.freeze.IpcObject;
import io.ckpt.freeze.NodeNames;
import io.ckpt.procfs.Recorded;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapacitiesTest {
    private static final String STATUS = Recorded.text("status");

    @Test
    void needsTheNodeOrTheCapability() {
        String all = STATUS.replaceAll("CapEff:\\t[0-9a-f]+", "CapEff:\t000001ffffffffff");
        String none = STATUS.replaceAll("CapEff:\\t[0-9a-f]+", "CapEff:\t0000000000000000");
        assertThat(Capacities.obstacle(1 << 20, node(none))).isEmpty();
        assertThat(Capacities.obstacle(1 << 21, node(all))).isEmpty();
        assertThat(Capacities.obstacle(1 << 21, node(none)))
                .get()
                .asString()
                .contains("2097152 bytes", "sysctl fs.pipe-max-size");
    }

    private static NodeNames node(String status) {
        return new NodeNames() {
            @Override
            public String text(String file) {
                return file.equals("/proc/self/status") ? status : "1048576\n";
            }

            @Override
            public List<IpcObject> ipcObjects() {
                return List.of();
            }
        };
    }
}
