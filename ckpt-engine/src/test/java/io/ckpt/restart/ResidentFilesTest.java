package io.ckpt.restart;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.kind.ObjectId;
import io.ckpt.kind.PlanContext.Place;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResidentFilesTest {
    private static final ObjectId ONE = ObjectId.file(1);
    private static final ObjectId OTHER = ObjectId.file(2);

    @Test
    void keepsANumberThatAllHoldersAgreeOn() {
        ResidentFiles files = ResidentFiles.of(Map.of(ONE, List.of(new Place(10, 40), new Place(11, 40))));
        assertThat(files.numberOf(ONE)).hasValue(40);
        assertThat(files.isAt(40)).isTrue();
    }

    @Test
    void keepsNoneThatSomebodyHasForAnotherFile() {
        ResidentFiles files =
                ResidentFiles.of(Map.of(ONE, List.of(new Place(10, 40)), OTHER, List.of(new Place(11, 40))));
        assertThat(files.numberOf(ONE)).isEmpty();
        assertThat(files.numberOf(OTHER)).isEmpty();
    }

    @Test
    void keepsNoneOfAFileWithSeveralNumbers() {
        ResidentFiles files = ResidentFiles.of(Map.of(ONE, List.of(new Place(10, 40), new Place(10, 41))));
        assertThat(files.numberOf(ONE)).isEmpty();
    }

    @Test
    void leavesLowNumbersToWhatIsOpenedInPassing() {
        ResidentFiles files = ResidentFiles.of(Map.of(ONE, List.of(new Place(10, 7))));
        assertThat(files.numberOf(ONE)).isEmpty();
    }
}
