package io.ckpt.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharesTest {
    @Test
    void eachThreadBeginsAsItIsAllowedAndThereAreNoMoreOfThem() {
        AtomicInteger begun = new AtomicInteger();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        AtomicInteger done = new AtomicInteger();
        Allowance allowance = new Allowance(2, Long.MAX_VALUE, begun::incrementAndGet, new Haste());

        Shares.run(allowance, 8, 1000, "test", () -> {
            threads.add(Thread.currentThread());
            return Shares.worker(index -> done.incrementAndGet(), () -> {});
        });

        assertThat(done).hasValue(1000);
        assertThat(begun.get()).isEqualTo(threads.size()).isBetween(1, 2);
    }

    @Test
    void nobodyStandsBackWhenSomebodyHasComeToWait() {
        AtomicInteger begun = new AtomicInteger();
        Haste haste = new Haste();
        Allowance allowance = new Allowance(1, 1, begun::incrementAndGet, haste);

        haste.make();
        Shares.run(allowance, 4, 100, "test", () -> Shares.worker(index -> {}, () -> {}));

        assertThat(begun).hasValue(0);
        assertThat(allowance.threads(4)).isEqualTo(4);
    }
}
