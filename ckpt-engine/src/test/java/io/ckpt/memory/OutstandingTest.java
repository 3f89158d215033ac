package io.ckpt.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.image.ImageReader;
import io.ckpt.image.ImageWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutstandingTest {
    private static final String OBJECT = "memory:1";
    private static final long BASE = 0x7000_0000L;
    private static final int PIECE = 32 << 10;

    @TempDir
    Path directory;

    private final Random random = new Random(5);

    @Test
    void needsNoPieceOfADraftThatIsOutOfDate() throws IOException {
        try (ImageReader image = SmallImage.in(directory).write(writer -> {
            draft(writer, 0, 2);
            draft(writer, 0, 1);
            writer.keep(OBJECT, BASE, 2 * PIECE);
        })) {
            Outstanding outstanding = outstanding(image);
            int former = image.index().find(OBJECT, BASE + PIECE).orElseThrow();
            int last = image.index().find(OBJECT, BASE).orElseThrow();

            assertThat(outstanding.next(former)).isOne();
            assertThat(outstanding.put(former, 1)).isTrue();
            assertThat(outstanding.isComplete(OBJECT)).isFalse();
            assertThat(outstanding.put(last, 0)).isTrue();
            assertThat(outstanding.isComplete(OBJECT)).isTrue();
        }
    }

    @Test
    void needsNothingOfADraftAllOfWhichIsOutOfDate() throws IOException {
        try (ImageReader image = SmallImage.in(directory).write(writer -> {
            draft(writer, 0, 2);
            draft(writer, 0, 2);
            writer.keep(OBJECT, BASE, 2 * PIECE);
        })) {
            Outstanding outstanding = outstanding(image);
            int last = image.index().find(OBJECT, BASE).orElseThrow();
            int former = 1 - last;

            assertThat(image.index().count()).isEqualTo(2);
            assertThat(outstanding.settle(former)).isTrue();
            assertThat(outstanding.settle(last)).isFalse();
            assertThat(outstanding.agenda().take()).isEqualTo(OptionalInt.of(last));
        }
    }

    private void draft(ImageWriter writer, int piece, int count) {
        byte[] bytes = new byte[count * PIECE];
        random.nextBytes(bytes);
        long start = BASE + (long) piece * PIECE;
        writer.renew(OBJECT, start, bytes.length);
        SmallImage.pack(bytes, OBJECT, start, writer::draft);
    }

    private static Outstanding outstanding(ImageReader image) {
        Territory territory = new Territory();
        territory.add(BASE, BASE + 2 * PIECE);
        return new Outstanding(image.index(), List.of(new PageServer.Space(null, OBJECT, territory)));
    }
}
