package io.ckpt.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.scheduler.Interval;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlaceCodecTest {
    private static final Protection PROTECTION = new Protection(
            "4711", 6001, 6002, 3, Optional.of(Interval.every(Duration.ofMinutes(30))), 2, "/scratch/größe");

    @Test
    void aHelloComesBackAsItWasSent() {
        PlaceMessage hello = PlaceMessage.hello(PROTECTION, Set.of(PlaceFlag.PRIVATE_PIDS, PlaceFlag.RUNNING), 4711);

        assertThat(PlaceCodec.decode(PlaceCodec.encode(hello))).isEqualTo(hello);
    }

    @Test
    void clocksAndPidOfASpawnComeBack() {
        PlaceMessage spawn = PlaceMessage.spawn(300, new ClockOffsets(-7_000_000_000L, 1));

        assertThat(PlaceCodec.decode(PlaceCodec.encode(spawn))).isEqualTo(spawn);
    }

    @Test
    void noIntervalMeansTheDefaultOfTheSite() {
        PlaceMessage decoded = PlaceCodec.decode(PlaceCodec.encode(PlaceMessage.of(PlaceType.HELLO, 0)));

        assertThat(decoded.protection().interval()).isEmpty();
    }

    @Test
    void anIntervalThatIsLeftToUsComesBackAsSuch() {
        Protection auto = new Protection("1", 0, 0, 0, Optional.of(Interval.AUTO), 0, "");
        PlaceMessage hello = PlaceMessage.hello(auto, Set.of(), 1);

        assertThat(PlaceCodec.decode(PlaceCodec.encode(hello))).isEqualTo(hello);
    }

    @Test
    void aLongReasonIsCut() {
        PlaceMessage decoded = PlaceCodec.decode(PlaceCodec.encode(PlaceMessage.refuse(75, "x".repeat(600))));

        assertThat(decoded.text()).isEqualTo("x".repeat(511));
    }

    @Test
    void aDirectoryThatDoesNotFitIsNeverCut() {
        Protection far = new Protection("1", 0, 0, 0, Optional.empty(), 0, "/" + "d".repeat(1023));

        assertThatThrownBy(() -> PlaceCodec.encode(PlaceMessage.hello(far, Set.of(), 0)))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("directory");
    }

    @Test
    void bytesOfAnotherAbiAreRefused() {
        byte[] packet = PlaceCodec.encode(PlaceMessage.of(PlaceType.START, 0));
        packet[0] ^= 1;

        assertThatThrownBy(() -> PlaceCodec.decode(packet)).hasMessageContaining("begins with 0x314b4351");
        assertThatThrownBy(() -> PlaceCodec.decode(Arrays.copyOf(packet, 100))).hasMessageContaining("100 bytes");
    }

    @Test
    void anUnknownTypeIsRefused() {
        byte[] packet = PlaceCodec.encode(PlaceMessage.of(PlaceType.START, 0));
        packet[4] = 77;

        assertThatThrownBy(() -> PlaceCodec.decode(packet)).hasMessageContaining("unknown type 77");
    }

    @Test
    void aStringWithoutEndIsRefused() {
        byte[] packet = PlaceCodec.encode(PlaceMessage.of(PlaceType.HELLO, 0));
        Arrays.fill(packet, 56, 120, (byte) 'x');

        assertThatThrownBy(() -> PlaceCodec.decode(packet)).hasMessageContaining("field job");
    }
}
