package io.ckpt.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ThrottleTest {
    private static final int RATE = 10 << 20;

    private final Throttle throttle = new Throttle();

    @Test
    void whatMayBeWrittenInASecondTakesASecond() {
        throttle.limit(RATE);
        long begin = System.nanoTime();

        for (int i = 0; i < 4; i++) {
            throttle.passed(RATE / 20);
        }

        assertThat(since(begin)).isBetween(Duration.ofMillis(200), Duration.ofSeconds(10));
    }

    @Test
    void nobodyWaitsWithoutALimit() {
        long begin = System.nanoTime();

        throttle.passed(Long.MAX_VALUE >> 1);

        assertThat(since(begin)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void whoWaitsGoesOnAtOnceWhenAJobStandsStill() throws InterruptedException {
        throttle.limit(1);
        Thread writer = new Thread(() -> throttle.passed(RATE));
        writer.start();
        while (writer.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        throttle.lift(true);

        writer.join();
        throttle.passed(RATE);
    }

    @Test
    void whoWaitsGoesOnForGoodWhenTheLimitEnds() throws InterruptedException {
        throttle.limit(1);
        Thread writer = new Thread(() -> throttle.passed(RATE));
        writer.start();
        while (writer.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        throttle.end();

        writer.join();
        throttle.lift(false);
        throttle.passed(RATE);
    }

    @Test
    void aWriterThatIsNotWantedAnyMoreGoesOn() throws InterruptedException {
        throttle.limit(1);
        Thread writer = new Thread(() -> throttle.passed(RATE));
        writer.start();

        writer.interrupt();

        writer.join();
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
