package io.ckpt.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BySizeTest {
    @Test
    void readsMoreInOneGoWhereThereAreMoreThreads() {
        assertThat(BySize.smallBytes(20)).isGreaterThan(BySize.smallBytes(1));
    }

    @Test
    void readsNoMoreInOneGoThanAStopHoldsUnpacked() {
        assertThat(BySize.smallBytes(100_000)).isLessThan(StopCopy.HELD_BYTES);
    }
}
