package io.ckpt.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.FileStatus;
import io.ckpt.freeze.Node;
import io.ckpt.freeze.NodeNames;
import io.ckpt.image.v1.BackingFile;
import io.ckpt.image.v1.Directories;
import io.ckpt.image.v1.EmbeddedFile;
import io.ckpt.image.v1.Manifest;
import io.ckpt.image.v1.Mapping;
import io.ckpt.image.v1.MemoryLayout;
import io.ckpt.image.v1.NodeFacts;
import io.ckpt.image.v1.ObjectState;
import io.ckpt.image.v1.Scheduling;
import io.ckpt.kind.BuildId;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.RestartOptions;
import io.ckpt.kind.RestartOptions.FilePolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PreflightTest {
    private static final int CPU_3 = 1 << 3;

    @Test
    void cpusThatAreNotToBeHadAreNoObstacle() {
        assertThat(warnings(List.of(0, 1)))
                .containsExactly("1 threads were bound to CPUs that are not to be had here: they run on any of [0, 1]");
        assertThat(warnings(List.of(2, 3))).isEmpty();
    }

    @Test
    void tellsEveryObstacleAtOnce() {
        List<ObjectState> objects = List.of(
                state("process:5", "memory-layout", MemoryLayout.newBuilder().setExecutable(file("/bin/program", 10))),
                state("mapping:5/1000", "file-mapping", Mapping.newBuilder().setFile(file("/lib/longer.so", 10))),
                state("mapping:5/2000", "file-mapping", Mapping.newBuilder().setFile(file("/lib/newer.so", 10))),
                state("mapping:5/3000", "file-mapping", Mapping.newBuilder().setFile(file("/lib/same.so", 10))),
                state("process:5", "directories", Directories.newBuilder().setCwd("/work")));
        Map<String, FileStatus> found =
                Map.of("/lib/longer.so", status(11, 5), "/lib/newer.so", status(10, 6), "/lib/same.so", status(10, 5));
        Manifest elsewhere = Manifest.newBuilder()
                .setNode(NodeFacts.newBuilder().setKernelRelease("2.4.0").addCpuFlags("abacus"))
                .build();
        Preflight preflight = new Preflight(objects, new Found(found), List.of(0), NodeNames.here());

        assertThatThrownBy(() -> preflight.check(elsewhere, Node.here(), new RestartOptions(FilePolicy.TRUNCATE)))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.code()).isEqualTo(FaultCode.UNSUPPORTED_NODE))
                .hasMessageContainingAll(
                        "is not 2.4.0",
                        "the CPU lacks abacus",
                        "/bin/program is gone, and the job has it mapped",
                        "/lib/longer.so is not the file that the job has mapped",
                        "/lib/newer.so is not the file that the job has mapped",
                        "the working directory /work is gone")
                .hasMessageNotContaining("same.so");
    }

    /** The test's own program is there, with another time of change. */
    @Test
    void theSameBuildMayHaveBeenInstalledAtAnotherTime() throws Exception {
        byte[] program = Files.readAllBytes(Path.of("/proc/self/exe"));
        ByteString build = BuildId.in(Arrays.copyOf(program, BuildId.BEGINNING));
        BackingFile.Builder file = file("/proc/self/exe", program.length).toBuilder();

        assertThat(build).isNotEmpty();
        assertThat(check(file.setBuildId(build))).singleElement(STRING).contains("its build is the same");
        assertThatThrownBy(() -> check(file.setBuildId(build.substring(1))))
                .hasMessageContaining("is not the file that the job has mapped");
        assertThatThrownBy(() -> check(file.clearBuildId()))
                .hasMessageContaining("is not the file that the job has mapped");
    }

    @Test
    void takesFilesOfTheImageOnlyWhereTheyAreNeeded() {
        List<ObjectState> objects = List.of(
                state("mapping:5/1000", "file-mapping", Mapping.newBuilder().setFile(file("/lib/same.so", 10))),
                state("mapping:5/2000", "file-mapping", Mapping.newBuilder().setFile(file("/lib/newer.so", 10))),
                state(
                        "mapping:5/3000",
                        "file-mapping",
                        Mapping.newBuilder().setShared(true).setFile(file("/lib/gone.dat", 10))),
                embedded("/lib/same.so"),
                embedded("/lib/newer.so"),
                embedded("/lib/gone.dat"));
        Found found = new Found(Map.of("/lib/newer.so", status(10, 6), "/lib/same.so", status(10, 5)));
        MappedFiles mapped = new MappedFiles(new Objects(objects), found);

        assertThat(mapped.obstacles()).isEmpty();
        assertThat(mapped.warnings())
                .containsExactlyInAnyOrder(
                        "/lib/newer.so is not the file that the job has mapped: it has changed; it goes on with that of"
                                + " the checkpoint",
                        "/lib/gone.dat is gone, and the job has it mapped; it goes on with that of the checkpoint");
        assertThat(objects)
                .filteredOn(state -> mapped.spares(new ObjectId(state.getId())))
                .containsExactly(embedded("/lib/same.so"));
    }

    /** Who maps a file shared would see no more of what others write to it. */
    @Test
    void noCopyTakesThePlaceOfWhatTheJobShares() {
        List<ObjectState> objects = List.of(
                state("mapping:5/1000", "file-mapping", Mapping.newBuilder().setFile(file("/data/newer", 10))),
                state("mapping:6/1000", "file-mapping", shared("/data/newer")),
                state("mapping:5/2000", "file-mapping", shared("/data/gone")),
                state("mapping:6/2000", "file-mapping", shared("/data/gone").addFlags("mw")),
                embedded("/data/newer"),
                embedded("/data/gone"));
        Found found = new Found(Map.of("/data/newer", status(10, 6)));

        assertThat(new MappedFiles(new Objects(objects), found).obstacles())
                .containsExactlyInAnyOrder(
                        "/data/newer is not the file that the job has mapped: it has changed, and the job shares it",
                        "/data/gone is gone, and the job has it mapped");
    }

    private static Mapping.Builder shared(String path) {
        return Mapping.newBuilder().setShared(true).setFile(file(path, 10));
    }

    private static ObjectState embedded(String path) {
        return state(
                "mapped:" + path, "embedded-file", EmbeddedFile.newBuilder().setPath(path));
    }

    @Test
    void judgesAnotherNodeByItsKernelAndItsProcessor() {
        NodeFacts wanted = NodeFacts.newBuilder()
                .setKernelRelease("6.1.0")
                .addCpuFlags("avx")
                .addCpuFlags("sse2")
                .build();
        assertThat(Preflight.obstacles(wanted, wanted)).isEmpty();
        assertThat(Preflight.obstacles(
                        wanted, wanted.toBuilder().addCpuFlags("avx512f").build()))
                .isEmpty();
        NodeFacts older = NodeFacts.newBuilder()
                .setKernelRelease("5.10.0")
                .addCpuFlags("sse2")
                .build();
        assertThat(Preflight.obstacles(wanted, older))
                .containsExactly(
                        "kernel 5.10.0 is not 6.1.0, under which the job was checkpointed", "the CPU lacks avx");
    }

    /** As those of AMD without AVX-512, and with it: protection keys are the tenth feature. */
    @Test
    void takesRegistersOnlyWhereTheyLieAtTheSamePlaces() {
        NodeFacts keysFirst = registers(0, 0, 576, 0, 0, 0, 0, 0, 0, 832);
        NodeFacts vectorsFirst = registers(0, 0, 576, 0, 0, 832, 896, 1408, 0, 2432);
        NodeFacts noKeys = registers(0, 0, 576, 0, 0, 0, 0, 0, 0, 0);

        assertThat(Preflight.obstacles(keysFirst, vectorsFirst))
                .containsExactly(
                        "the CPU keeps some extended registers at other places than the one of the checkpoint");
        assertThat(Preflight.obstacles(keysFirst, keysFirst)).isEmpty();
        assertThat(Preflight.obstacles(noKeys, vectorsFirst)).isEmpty();
        assertThat(Preflight.obstacles(keysFirst, NodeFacts.getDefaultInstance()))
                .isEmpty();
    }

    private static NodeFacts registers(Integer... offsets) {
        return NodeFacts.newBuilder().addAllXstateOffsets(List.of(offsets)).build();
    }

    @Test
    void bridgesToAKernelThatDoesWhateverTheFormerDid() {
        NodeFacts wanted = kernel("6.12.9-amd64");

        assertThat(Preflight.obstacles(wanted, kernel("6.12.8-amd64"))).isEmpty();
        assertThat(Preflight.obstacles(wanted, kernel("6.13.0"))).isEmpty();
        assertThat(Preflight.obstacles(wanted, kernel("7.0.1"))).isEmpty();
        assertThat(Preflight.obstacles(wanted, kernel("6.1.130")))
                .containsExactly("kernel 6.1.130 is older than 6.12.9-amd64, under which the job was checkpointed");
        assertThat(Preflight.obstacles(wanted, kernel("5.14.0-427.el9"))).hasSize(1);
        assertThat(Preflight.obstacles(wanted, kernel("unknown"))).hasSize(1);
    }

    private static NodeFacts kernel(String release) {
        return NodeFacts.newBuilder()
                .setKernelRelease(release)
                .setVdso(ByteString.copyFromUtf8(release))
                .build();
    }

    private static List<String> check(BackingFile.Builder file) {
        List<ObjectState> objects = List.of(
                state("mapping:5/1000", "file-mapping", Mapping.newBuilder().setFile(file)));
        Manifest here = Manifest.newBuilder()
                .setNode(NodeFacts.newBuilder().setKernelRelease(Node.here().release()))
                .build();
        return new Preflight(objects, PlaceFiles.below(Path.of("/")), List.of(0), NodeNames.here())
                .check(here, Node.here(), new RestartOptions(FilePolicy.TRUNCATE));
    }

    private record Found(Map<String, FileStatus> files) implements PlaceFiles {
        @Override
        public Optional<FileStatus> status(String path) {
            return Optional.ofNullable(files.get(path));
        }

        @Override
        public byte[] beginning(String path, int most) {
            return new byte[0];
        }
    }

    private static ObjectState state(String id, String kind, Message.Builder state) {
        return ObjectState.newBuilder()
                .setId(id)
                .setKind(kind)
                .setState(Any.pack(state.build()))
                .build();
    }

    private static BackingFile file(String path, long size) {
        return BackingFile.newBuilder()
                .setPath(path)
                .setSize(size)
                .setModifiedNs(5)
                .build();
    }

    private static FileStatus status(long size, long modified) {
        return new FileStatus(1, 2, 0100755, 1, 0, 0, 0, size, 1, modified);
    }

    private static List<String> warnings(List<Integer> cpus) {
        ObjectState bound = ObjectState.newBuilder()
                .setId("thread:5")
                .setKind("scheduling")
                .setState(Any.pack(Scheduling.newBuilder()
                        .setCpus(ByteString.copyFrom(new byte[] {CPU_3}))
                        .build()))
                .build();
        Node node = Node.here();
        Manifest manifest = Manifest.newBuilder()
                .setNode(NodeFacts.newBuilder().setKernelRelease(node.release()))
                .build();
        return new Preflight(List.of(bound), new Found(Map.of()), cpus, NodeNames.here())
                .check(manifest, node, new RestartOptions(FilePolicy.TRUNCATE));
    }
}
