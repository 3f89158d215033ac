package io.ckpt.kind;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.freeze.NodeNames;
import org.junit.jupiter.api.Test;

class HugePoolTest {
    private static final long HUGE = 2 << 20;

    @Test
    void hasRoomForWhatNobodyHasClaimed() {
        assertThat(HugePool.obstacle(3 * HUGE, HUGE, pool(5, 2, 0, 0))).isEmpty();
        assertThat(HugePool.obstacle(3 * HUGE + 1, HUGE, pool(5, 2, 0, 0)))
                .get()
                .asString()
                .contains("needs 4 huge pages of 2048 kB", "has 3 to spare");
    }

    @Test
    void mayGrow() {
        assertThat(HugePool.obstacle(3 * HUGE, HUGE, pool(0, 0, 4, 1))).isEmpty();
        assertThat(HugePool.obstacle(3 * HUGE, HUGE, pool(0, 0, 4, 2))).isPresent();
    }

    @Test
    void doesNotMindOrdinaryMemory() {
        assertThat(HugePool.obstacle(HUGE, 0, pool(0, 0, 0, 0))).isEmpty();
    }

    private static NodeNames pool(int free, int claimed, int most, int surplus) {
        return file -> {
            assertThat(file).startsWith("/sys/kernel/mm/hugepages/hugepages-2048kB/");
            return switch (file.substring(file.lastIndexOf('/') + 1)) {
                case "free_hugepages" -> free + "\n";
                case "resv_hugepages" -> claimed + "\n";
                case "nr_overcommit_hugepages" -> most + "\n";
                default -> surplus + "\n";
            };
        };
    }
}
