package io.ckpt.restart;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.ckpt.freeze.NodeVdso;
import io.ckpt.image.v1.BackingFile;
import io.ckpt.image.v1.Manifest;
import io.ckpt.image.v1.Mapping;
import io.ckpt.image.v1.ObjectState;
import io.ckpt.image.v1.ProcessEntry;
import io.ckpt.image.v1.Registers;
import io.ckpt.kernel.Prot;
import io.ckpt.kind.BuildId;
import io.ckpt.kind.ObjectId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class VdsoBridgeTest {
    private static final NodeVdso HERE = NodeVdso.here();
    private static final int CLOCK = ExportedFunctions.of(HERE.text())
            .get("__vdso_clock_gettime@LINUX_2.6")
            .offset();
    private static final long FORMER = 0x7f00_0000_4000L;
    private static final long FREE = 0x10_0000_0000L;
    private static final int JUMP = 14;
    private static final int CALL = 8;
    private static final int INSTRUCTION = 16 * Long.BYTES;

    /** The same functions at the same places, but of another build. */
    private static final ByteString OTHER = ofAnotherBuild(HERE.text());

    @Test
    void leavesAVdsoAloneThatIsTheSame() {
        List<ObjectState> states = job(HERE.text(), 0);
        assertThat(bridge(states, HERE).apply(states)).isEqualTo(states);
    }

    @Test
    void leavesAlsoOneAloneThatIsPatchedForAnotherProcessor() {
        byte[] patched = HERE.text().toByteArray();
        patched[CLOCK + JUMP] ^= 1;
        List<ObjectState> states = job(ByteString.copyFrom(patched), FORMER + CLOCK + 1);
        VdsoBridge bridge = bridge(states, HERE);

        assertThat(bridge.obstacles()).isEmpty();
        assertThat(bridge.apply(states)).isEqualTo(states);
    }

    /** As it is when a part of it was made writable. */
    @Test
    void joinsWhatLiesInSeveralMappings() {
        List<ObjectState> states = List.of(
                state(
                        "mapping:5/2",
                        "vdso",
                        mapping(FORMER, FORMER + 4096, "[vdso]").setText(OTHER.substring(0, 4096))),
                state(
                        "mapping:5/3",
                        "vdso",
                        mapping(FORMER + 4096, FORMER + OTHER.size(), "[vdso]").setText(OTHER.substring(4096))));
        List<ObjectState> planned = bridge(states, HERE).apply(states);

        assertThat(planned).hasSize(2);
        assertThat(textOf(planned).getText())
                .isEqualTo(
                        textOf(bridge(job(OTHER, 0), HERE).apply(job(OTHER, 0))).getText());
        assertThat(textOf(planned).getEnd()).isEqualTo(FORMER + OTHER.size());
    }

    @Test
    void jumpsFromEachFunctionToTheOneOfThatName() {
        List<ObjectState> states = job(OTHER, 0);
        Mapping text = textOf(bridge(states, HERE).apply(states));

        ExportedFunctions.of(HERE.text()).values().forEach(function -> {
            ByteBuffer code = ByteBuffer.wrap(text.getText().toByteArray())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .position(function.offset());
            assertThat(code.getShort()).isEqualTo((short) 0x25ff);
            assertThat(code.getInt()).isZero();
            assertThat(code.getLong()).isEqualTo(FREE + HERE.dataLength() + function.offset());
        });
        assertThat(text.hasFile()).isFalse();
    }

    @Test
    void mapsTheVdsoWhereTheProcessHasNothing() {
        List<ObjectState> states = job(OTHER, 0);
        List<ObjectState> planned = bridge(states, HERE).apply(states);
        Mapping added = unpack(planned.get(0));

        assertThat(planned).hasSize(states.size() + 1);
        assertThat(added.getFile().getPath()).isEqualTo("[vvar]");
        assertThat(added.getStart()).isEqualTo(FREE);
        assertThat(added.getEnd()).isEqualTo(FREE + HERE.length());
        assertThat(planned)
                .filteredOn(state -> state.getKind().equals("anonymous-memory"))
                .hasSize(1);
    }

    @Test
    void callsTheKernelForWhatItsVdsoLacks() {
        List<ObjectState> states = job(OTHER, 0);
        VdsoBridge bridge = bridge(states, new NodeVdso(0, ByteString.EMPTY));
        ByteString text = textOf(bridge.apply(states)).getText();

        assertThat(bridge.obstacles()).isEmpty();
        assertThat(text.substring(CLOCK, CLOCK + CALL).toByteArray())
                .containsExactly(0xb8, 228, 0, 0, 0, 0x0f, 0x05, 0xc3);
    }

    @Test
    void refusesAThreadThatIsAboutToReadMore() {
        assertThat(obstaclesOfThreadAt(FORMER + CLOCK + 1))
                .hasSize(1)
                .first()
                .asString()
                .contains("thread 5");
        assertThat(obstaclesOfThreadAt(FORMER + CLOCK + JUMP + 1)).hasSize(1);
    }

    @Test
    void letsAThreadBegin() {
        assertThat(obstaclesOfThreadAt(FORMER + CLOCK)).isEmpty();
        assertThat(obstaclesOfThreadAt(FORMER - 1)).isEmpty();
        assertThat(obstaclesOfThreadAt(FORMER + OTHER.size())).isEmpty();
    }

    /** In the call that it makes when it knows no better. */
    @Test
    void letsAThreadLeave() {
        int at = find(HERE.text(), CLOCK + JUMP);
        assertThat(obstaclesOfThreadAt(FORMER + at)).isEmpty();
        assertThat(obstaclesOfThreadAt(FORMER + at + 2)).isEmpty();
        assertThat(obstaclesOfThreadAt(FORMER + at + 3)).hasSize(1);
    }

    private static int find(ByteString text, int from) {
        for (int at = from; ; at++) {
            if (text.byteAt(at) == 0x0f && text.byteAt(at + 1) == 0x05) {
                return at;
            }
        }
    }

    private static Iterable<String> obstaclesOfThreadAt(long instruction) {
        return bridge(job(OTHER, instruction), HERE).obstacles();
    }

    private static VdsoBridge bridge(List<ObjectState> states, NodeVdso here) {
        Manifest manifest = Manifest.newBuilder()
                .addProcesses(ProcessEntry.newBuilder().setPid(5).addTids(5))
                .build();
        return new VdsoBridge(manifest, states, here);
    }

    private static List<ObjectState> job(ByteString vdso, long instruction) {
        byte[] general = ByteBuffer.allocate(27 * Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(INSTRUCTION, instruction)
                .array();
        return List.of(
                state("thread:5", "registers", Registers.newBuilder().setGeneral(ByteString.copyFrom(general))),
                state("mapping:5/1", "vdso", mapping(FORMER - 4096, FORMER, "[vvar]")),
                state(
                        "mapping:5/2",
                        "vdso",
                        mapping(FORMER, FORMER + vdso.size(), "[vdso]").setText(vdso)));
    }

    private static Mapping.Builder mapping(long start, long end, String path) {
        return Mapping.newBuilder()
                .setPid(5)
                .setStart(start)
                .setEnd(end)
                .setProtection(Prot.READ)
                .setFile(BackingFile.newBuilder().setPath(path));
    }

    private static Mapping textOf(List<ObjectState> states) {
        return states.stream()
                .filter(state -> state.getId().equals(new ObjectId("mapping:5/2").value()))
                .map(VdsoBridgeTest::unpack)
                .findFirst()
                .orElseThrow();
    }

    private static Mapping unpack(ObjectState state) {
        return new Objects(List.of(state)).of(Mapping.class).values().iterator().next();
    }

    private static ObjectState state(String id, String kind, Message.Builder state) {
        return ObjectState.newBuilder()
                .setId(id)
                .setKind(kind)
                .setState(Any.pack(state.build()))
                .build();
    }

    private static ByteString ofAnotherBuild(ByteString text) {
        byte[] changed = text.toByteArray();
        byte[] build = BuildId.in(Arrays.copyOf(changed, BuildId.BEGINNING)).toByteArray();
        int at = 0;
        while (!Arrays.equals(changed, at, at + build.length, build, 0, build.length)) {
            at++;
        }
        changed[at] ^= 1;
        return ByteString.copyFrom(changed);
    }
}
