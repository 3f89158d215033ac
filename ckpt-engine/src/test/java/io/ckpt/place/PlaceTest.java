package io.ckpt.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlaceTest {
    private final FakeLink link = new FakeLink(new PacketLink.Peer(4000, 0, 0));
    private final Place place =
            Place.greeted(link, PlaceMessage.hello(Protection.NONE, Set.of(PlaceFlag.PRIVATE_PIDS), 0));

    @Test
    void thePeerIsTheInitOfTheJob() {
        assertThat(place.initPid()).isEqualTo(4000);
        assertThat(place.privatePids()).isTrue();
    }

    @Test
    void aSpawnCarriesRestorerAndPlan() throws InterruptedException {
        place.spawn(11, 12, 300, new ClockOffsets(5, 6));

        assertThat(link.heard()).isEqualTo(PlaceMessage.spawn(300, new ClockOffsets(5, 6)));
        assertThat(link.descriptors()).containsExactly(11, 12);
    }

    @Test
    void thePidOfTheRestorerIsAwaited() {
        link.say(PlaceMessage.of(PlaceType.SPAWNED, 300));

        assertThat(place.awaitSpawned(Duration.ofSeconds(1))).isEqualTo(300);
    }

    @Test
    void aRestorerThatCouldNotStartIsAFault() {
        link.say(PlaceMessage.of(PlaceType.SPAWNED, -17));

        assertThatThrownBy(() -> place.awaitSpawned(Duration.ofSeconds(1)))
                .isInstanceOf(Fault.class)
                .hasMessage("ckpt-run cannot start the restorer: errno 17");
    }

    @Test
    void aRestorerThatDiedIsAFault() {
        link.say(PlaceMessage.of(PlaceType.EXITED, 31));

        assertThatThrownBy(() -> place.awaitSpawned(Duration.ofSeconds(1)))
                .hasMessageContaining("EXITED with signal 31");
    }

    @Test
    void aPlaceThatIsGoneIsAFault() {
        link.hangUp();

        assertThatThrownBy(() -> place.awaitSpawned(Duration.ofSeconds(1))).hasMessageContaining("is gone");
    }

    @Test
    void noticesBeforeTheEndArePassedOn() throws InterruptedException {
        link.say(PlaceMessage.of(PlaceType.NOTICE, 15)).say(PlaceMessage.of(PlaceType.EXITED, 9 << 8));

        assertThat(place.awaitExit()).isEqualTo(9);
        assertThat(link.heard().type()).isEqualTo(PlaceType.PASS);
    }

    @Test
    void aSignalEndsWithTheStatusOfAShell() {
        link.say(PlaceMessage.of(PlaceType.EXITED, 15));

        assertThat(place.awaitExit()).isEqualTo(143);
    }
}
