package io.ckpt.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.image.v1.HotPage;
import io.ckpt.image.v1.HotPages;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HotMemoryTest {
    @Test
    void comesBackAsItWasNoted() {
        HotMemory hot = HotMemory.NONE.and(pages(0, 3));

        assertThat(HotMemory.parse(hot.bytes())).isEqualTo(hot);
    }

    @Test
    void isNoneWhereTheNoteCannotBeRead() {
        assertThat(HotMemory.parse(new byte[] {10, 99, 1})).isEqualTo(HotMemory.NONE);
    }

    @Test
    void growsByWhatWasWaitedForAllTheSame() {
        HotMemory hot = HotMemory.NONE.and(pages(0, 3)).and(pages(2, 5));

        assertThat(hot.pages()).isEqualTo(pages(0, 5));
    }

    @Test
    void forgetsTheFirstOfTooMany() {
        HotMemory hot = HotMemory.NONE.and(pages(0, HotMemory.MOST)).and(pages(HotMemory.MOST, HotMemory.MOST + 2));

        assertThat(hot.pages()).isEqualTo(pages(2, HotMemory.MOST + 2));
    }

    @Test
    void forgetsWhatAForeignNoteHasTooMany() {
        byte[] many = HotPages.newBuilder()
                .addAllPages(pages(0, HotMemory.MOST + 2))
                .build()
                .toByteArray();

        assertThat(HotMemory.parse(many).pages()).isEqualTo(pages(2, HotMemory.MOST + 2));
    }

    private static List<HotPage> pages(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> HotPage.newBuilder()
                        .setObjectId("memory:1")
                        .setAddress(i * 4096L)
                        .build())
                .toList();
    }
}
