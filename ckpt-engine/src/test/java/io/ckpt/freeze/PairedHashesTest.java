package io.ckpt.freeze;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.image.PieceHashes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairedHashesTest {
    private final Random random = new Random(5);

    @Test
    void areThoseOfJavaForPiecesOfAnyLength() {
        assertSame(IntStream.rangeClosed(1, 200).toArray());
    }

    @Test
    void areThoseOfJavaForLongAndShortPiecesBesideEachOther() {
        assertSame(32768, 70, 1, 64, 32768, 32767, 5000);
    }

    @Test
    void areThoseOfJavaForOnePiece() {
        assertSame(32768);
    }

    private void assertSame(int... lengths) {
        byte[] bytes = new byte[Arrays.stream(lengths).sum() + 3];
        random.nextBytes(bytes);
        ByteBuffer pieces = ByteBuffer.allocateDirect(bytes.length).put(bytes).position(3);

        assertThat(new PairedHashes().of(pieces, lengths)).isEqualTo(PieceHashes.PLAIN.of(pieces, lengths));
        assertThat(pieces.position()).isEqualTo(3);
    }
}
