package io.ckpt.kind.memory;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ckpt.image.v1.BackingFile;
import io.ckpt.image.v1.EmbeddedFile;
import io.ckpt.image.v1.Mapping;
import io.ckpt.image.v1.SharedObject;
import io.ckpt.kernel.Prot;
import io.ckpt.kind.BackingFiles;
import io.ckpt.kind.MappedArea;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.RecordedContext;
import io.ckpt.kind.RecordedPlan;
import io.ckpt.kind.RecordedProcess;
import io.ckpt.procfs.ProcMaps;
import io.ckpt.procfs.Smaps;
import io.ckpt.procfs.Vma;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MappingsTest {
    private static final long START = 0x7f00_0000_0000L;
    private static final long HUGE = 2 << 20;
    private static final ObjectId ID = new ObjectId("mapping:10/7f0000000000");

    private final RecordedProcess process = new RecordedProcess(4711, 10);
    private final RecordedContext context = new RecordedContext(process);
    private final RecordedPlan plan = new RecordedPlan();

    @Test
    void asksForHugePagesOfTheSameSize() {
        new HugePagesKind().plan(ID, mapping().setHugePageSize(HUGE).build(), plan);
        plan.assertGolden("huge-pages");
    }

    @Test
    void makesAFileOfHugePagesAgainThatOnlyMappingsHold() {
        SharedObject file = SharedObject.newBuilder()
                .setName("/dev/hugepages/arena")
                .setPath("/dev/hugepages/arena")
                .setMode(0640)
                .setSize(4 * HUGE)
                .setHugePageSize(HUGE)
                .build();
        new SharedObjectKind().plan(new ObjectId("shared:0"), file, plan);
        plan.assertGolden("huge-file");
    }

    @Test
    void takesFilesOfHugePagesForMemory() {
        SharedMemoryKind kind = new SharedMemoryKind();
        Smaps.Area huge = new Smaps.Area(Set.of("ht", "mw"), 0, HUGE, 0);
        assertThat(kind.accepts(area("rw-s", "00:1f 77 /mnt/huge/arena", huge), context))
                .isTrue();
        assertThat(kind.accepts(area("rw-p", "00:1f 77 /mnt/huge/arena", huge), context))
                .isTrue();
        Smaps.Area usual = new Smaps.Area(Set.of("mw"), 0, 4096, 0);
        assertThat(kind.accepts(area("rw-s", "08:01 77 /mnt/data/arena", usual), context))
                .isFalse();
    }

    @Test
    void locksOnlyPagesThatAreThere() {
        new AnonymousKind()
                .plan(ID, mapping().addFlags("lo").setLockOnFault(true).build(), plan);
        plan.assertGolden("locked-on-fault");
    }

    @Test
    void sealsMemoryLast() {
        new AnonymousKind()
                .plan(ID, mapping().setProtection(Prot.READ).addFlags("sl").build(), plan);
        plan.assertGolden("sealed");
    }

    @Test
    void mapsTheTextOfAFormerKernelAsMemory() {
        Mapping former = mapping()
                .setEnd(START + 4096)
                .setProtection(Prot.READ | Prot.EXEC)
                .setText(ByteString.copyFrom(new byte[4096]))
                .build();
        new VdsoKind().plan(ID, former, plan);
        plan.assertGolden("former-vdso");
    }

    @Test
    void mapsWhatMayBeDroppedAsSuch() {
        new AnonymousKind()
                .plan(ID, mapping().addFlags("dp").addFlags("nr").addFlags("wf").build(), plan);
        plan.assertGolden("droppable");
    }

    @Test
    void refusesMemoryWhosePagesAProgramBrings() {
        PagedByProgramKind kind = new PagedByProgramKind();
        MappedArea paged = area("rw-p", new Smaps.Area(Set.of("um"), 0, 4096, 0));
        assertThat(kind.accepts(paged, context)).isTrue();
        kind.capture(paged, context);
        assertThat(context.refusals().get(0).toString()).contains("userfaultfd");
    }

    @Test
    void doesNotMindProtectionAgainstWriting() {
        MappedArea tracked = area("rw-p", new Smaps.Area(Set.of("uw"), 0, 4096, 0));
        assertThat(new PagedByProgramKind().accepts(tracked, context)).isFalse();
    }

    @Test
    void seesThatLockedMemoryIsNotAllThere() {
        assertThat(locked(HUGE - 4096).getLockOnFault()).isTrue();
        assertThat(locked(HUGE).getLockOnFault()).isFalse();
        assertThat(locked(HUGE, "lf").getLockOnFault()).isTrue();
    }

    @Test
    void refusesMemoryThatAKeyGuards() {
        ProtectedByKeyKind kind = new ProtectedByKeyKind();
        MappedArea guarded = area("rw-p", new Smaps.Area(Set.of(), 0, 4096, 3));
        assertThat(kind.accepts(guarded, context)).isTrue();
        kind.capture(guarded, context);
        assertThat(context.refusals().get(0).toString()).contains("key 3");
    }

    @Test
    void doesNotMindTheKernelsKeyOfExecutableMemory() {
        MappedArea executable = area("--xp", new Smaps.Area(Set.of(), 0, 4096, 1));
        assertThat(new ProtectedByKeyKind().accepts(executable, context)).isFalse();
    }

    @Test
    void makesAnEmbeddedFileThatMayBeRun() {
        ObjectId id = new ObjectId("mapped:/opt/solver/libsolver.so");
        EmbeddedFile state = EmbeddedFile.newBuilder()
                .setPath("/opt/solver/libsolver.so")
                .setSize(70_000)
                .build();
        new EmbeddedFileKind().plan(id, state, plan);
        BackingFiles.open(
                plan, BackingFile.newBuilder().setPath(state.getPath()).build(), false);
        plan.assertGolden("embedded-file");
        assertThat(plan.contents()).containsExactly(id);
    }

    private Mapping locked(long resident, String... more) {
        Set<String> flags = Stream.concat(Stream.of("lo"), Stream.of(more)).collect(Collectors.toSet());
        return Mappings.describe(area("rw-p", new Smaps.Area(flags, resident, 4096, 0)))
                .build();
    }

    private MappedArea area(String protection, Smaps.Area about) {
        return area(protection, "00:00 0 ", about);
    }

    /** @param file device, inode and path */
    private MappedArea area(String protection, String file, Smaps.Area about) {
        Vma vma = ProcMaps.parse("7f0000000000-7f0000200000 " + protection + " 00000000 " + file + "\n")
                .vmas()
                .get(0);
        return new MappedArea(process, vma, about);
    }

    private static Mapping.Builder mapping() {
        return Mapping.newBuilder()
                .setPid(10)
                .setStart(START)
                .setEnd(START + HUGE)
                .setProtection(Prot.READ | Prot.WRITE);
    }
}
