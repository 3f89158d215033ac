package io.ckpt.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.PageRange;
import io.ckpt.kind.CommonArea;
import io.ckpt.kind.RecordedProcess;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommonPagesTest {
    private static final long START = 0x7f00_0000_0000L;
    private static final int PAGES = 200;
    private static final long END = START + PAGES * CommonPages.PAGE;

    private final RecordedProcess parent = new RecordedProcess(4711, 10);
    private final RecordedProcess child = new RecordedProcess(4712, 11);
    private final RecordedProcess stranger = new RecordedProcess(4713, 12);

    @Test
    void storesSharedPagesOnceAndWhatEachHasToItself() {
        parent.frames(START, frames(100));
        child.frames(START, changed(frames(100), 7, 0));

        CommonPages pages = pages(parent, child);

        assertThat(pages.areWorthwhile()).isTrue();
        assertThat(pages.isFirst(parent)).isTrue();
        assertThat(pages.broughtBy(parent)).containsExactly(range(0, 7), range(8, PAGES));
        assertThat(pages.broughtBy(child)).isEmpty();
        assertThat(pages.own(parent, List.of(range(0, PAGES)))).containsExactly(range(7, 8));
        assertThat(pages.own(child, List.of(range(0, PAGES)))).containsExactly(range(7, 8));
    }

    @Test
    void tellsWhoLacksWhatAndWhoHasSomethingElseThere() {
        RecordedProcess second = new RecordedProcess(4714, 13);
        parent.frames(START, frames(100));
        child.frames(START, changed(frames(100), 7, 555));
        second.frames(START, frames(100));

        CommonArea area = pages(parent, child, second).area(List.of(parent, child, second, stranger));

        assertThat(area.missing().get(parent)).isEmpty();
        assertThat(area.missing().get(child)).containsExactly(range(7, 8));
        assertThat(area.strangers()).containsExactly(stranger);
    }

    @Test
    void leavesProcessesAloneThatShareNothing() {
        parent.frames(START, frames(100));
        child.frames(START, frames(5000));

        CommonPages pages = pages(parent, child);

        assertThat(pages.areWorthwhile()).isFalse();
        assertThat(pages.has(parent)).isFalse();
    }

    private static CommonPages pages(FrozenProcess... processes) {
        return new CommonPages(START, END, List.of(processes));
    }

    private static long[] frames(long first) {
        long[] frames = new long[PAGES];
        for (int i = 0; i < PAGES; i++) {
            frames[i] = first + i;
        }
        return frames;
    }

    private static long[] changed(long[] frames, int page, long frame) {
        frames[page] = frame;
        return frames;
    }

    private static PageRange range(int first, int after) {
        return new PageRange(START + first * CommonPages.PAGE, (after - first) * CommonPages.PAGE);
    }
}
