package io.ckpt.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.image.v1.ObjectState;
import io.ckpt.kind.RecordedFile;
import io.ckpt.memory.EmbeddedFiles.Choice;
import io.ckpt.memory.EmbeddedFiles.Found;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddedFilesTest {
    private static final int MIB = 1 << 20;
    private static final EmbeddedFiles.Stored NOTHING = (object, length) -> 0;

    @Test
    void goAsFarAsTheStoreHasRoom() {
        Choice choice = EmbeddedFiles.choose(List.of(file("a", 30), file("b", 80), file("c", 10)), 100L * MIB, NOTHING);

        assertThat(choice.files()).map(each -> each.state().getId()).containsExactly("a", "c");
        assertThat(choice.bytes()).isEqualTo(40L * MIB);
        assertThat(choice.leftOut())
                .singleElement()
                .asString()
                .contains("1 programs or libraries", "80 MiB, b", "room for 100 MiB");
    }

    @Test
    void stayWhereMemoryTakesAllTheRoom() {
        Choice choice = EmbeddedFiles.choose(List.of(file("a", 30)), -MIB, NOTHING);

        assertThat(choice.files()).isEmpty();
        assertThat(choice.leftOut()).singleElement().asString().contains("room for 0 MiB");
    }

    @Test
    void goOnWithoutRoomWhereTheImageBeforeHasThem() {
        Choice choice = EmbeddedFiles.choose(
                List.of(file("a", 30), file("b", 80), file("c", 20)),
                -MIB,
                (object, length) -> object.equals("c") ? length / 2 : length);

        assertThat(choice.files()).map(each -> each.state().getId()).containsExactly("a", "b");
        assertThat(choice.leftOut()).hasSize(1);
    }

    @Test
    void areBoundedInAll() {
        Choice choice = EmbeddedFiles.choose(Collections.nCopies(20, file("a", 200)), Long.MAX_VALUE, NOTHING);

        assertThat(choice.files()).hasSize(10);
        assertThat(choice.leftOut()).hasSize(1);
    }

    @Test
    void sayNothingWhereAllGo() {
        assertThat(EmbeddedFiles.choose(List.of(file("a", 30)), Long.MAX_VALUE, NOTHING)
                        .leftOut())
                .isEmpty();
    }

    private static Found file(String id, int mebibytes) {
        return new Found(
                ObjectState.newBuilder().setId(id).build(),
                new RecordedFile(null, 3, 3).status(0100755, 1, 1, 0, (long) mebibytes * MIB));
    }
}
