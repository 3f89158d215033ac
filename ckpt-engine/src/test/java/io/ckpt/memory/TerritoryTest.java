package io.ckpt.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.freeze.PageRange;
import io.ckpt.memory.Territory.Piece;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TerritoryTest {
    private static final long PAGE = 0x1000;

    private final Territory territory = new Territory();

    @BeforeEach
    void twoMappings() {
        territory.add(0x10000, 0x20000);
        territory.add(0x40000, 0x50000);
    }

    @Test
    void liesWhereItLay() {
        assertThat(territory.image(0x1f000)).hasValue(0x1f000);
        assertThat(territory.image(0x20000)).isEmpty();
        assertThat(territory.of(0x1f000, 0x41000))
                .containsExactly(new Piece(0x1f000, 0x20000, 0x1f000), new Piece(0x40000, 0x41000, 0x40000));
    }

    @Test
    void losesWhatIsGivenBack() {
        territory.remove(0x18000, 0x48000);

        assertThat(territory.image(0x17000)).hasValue(0x17000);
        assertThat(territory.image(0x18000)).isEmpty();
        assertThat(territory.image(0x47000)).isEmpty();
        assertThat(territory.image(0x48000)).hasValue(0x48000);
    }

    @Test
    void keepsBothEndsOfAHole() {
        territory.remove(0x14000, 0x15000);

        assertThat(territory.of(0, 0x20000))
                .containsExactly(new Piece(0x10000, 0x14000, 0x10000), new Piece(0x15000, 0x20000, 0x15000));
        assertThat(territory.end(0x13000)).isEqualTo(0x14000);
    }

    @Test
    void keepsWhatWasMovedToWhereOtherIsUnmapped() {
        territory.move(0x40000, 0x18000, 4 * PAGE);

        assertThat(territory.unmap(0x17000, 0x1a000)).containsExactly(new PageRange(0x18000, 2 * PAGE));
        assertThat(territory.image(0x16000)).hasValue(0x16000);
        assertThat(territory.image(0x17000)).isEmpty();
        assertThat(territory.image(0x18000)).hasValue(0x40000);
        assertThat(territory.image(0x1b000)).hasValue(0x43000);
    }

    @Test
    void followsWhatIsMoved() {
        territory.move(0x18000, 0x90000, 4 * PAGE);

        assertThat(territory.image(0x18000)).isEmpty();
        assertThat(territory.image(0x91000)).hasValue(0x19000);
        assertThat(territory.of(0x19000, 0x1a000)).containsExactly(new Piece(0x91000, 0x92000, 0x19000));
        assertThat(territory.image(0x1c000)).hasValue(0x1c000);
    }

    @Test
    void followsWhatIsMovedOntoItsNeighbour() {
        territory.move(0x10000, 0x48000, 8 * PAGE);
        territory.move(0x48000, 0x70000, 8 * PAGE);

        assertThat(territory.image(0x70000)).hasValue(0x10000);
        assertThat(territory.image(0x48000)).isEmpty();
        assertThat(territory.image(0x47000)).hasValue(0x47000);
        assertThat(territory.of(0x48000, 0x50000)).isEmpty();
    }

    @Test
    void isCopiedAsItIs() {
        territory.move(0x10000, 0x90000, PAGE);
        Territory copy = territory.copy();
        territory.remove(0x90000, 0x91000);

        assertThat(copy.image(0x90000)).hasValue(0x10000);
        assertThat(territory.image(0x90000)).isEmpty();
    }

    @Test
    void knowsWhatItIsNot() {
        assertThat(territory.gaps(0xf000, 0x41000))
                .containsExactly(new PageRange(0xf000, PAGE), new PageRange(0x20000, 0x20000));
        assertThat(territory.gaps(0x10000, 0x20000)).isEmpty();
        assertThat(territory.gaps(0x20000, 0x21000)).containsExactly(new PageRange(0x20000, PAGE));
    }
}
