package io.ckpt.kind.memory;

import io.ckpt.image.v1.CommonMemory;
import io.ckpt.image.v1.Mapping;
import io.ckpt.kernel.Prot;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.RecordedPlan;
import org.junit.jupiter.api.Test;

class CommonMemoryTest {
    private static final long START = 0x7f00_0000_0000L;
    private static final long END = START + 0x10_0000;

    @Test
    void isMappedBeforeTheFirstForkAndDroppedWhereItIsNotShared() {
        RecordedPlan plan = new RecordedPlan();
        CommonMemory state = CommonMemory.newBuilder()
                .setStart(START)
                .setEnd(END)
                .addHeirs(CommonMemory.Heir.newBuilder().setPid(10))
                .addHeirs(CommonMemory.Heir.newBuilder()
                        .setPid(11)
                        .addMissing(Mapping.Range.newBuilder()
                                .setStart(START + 0x7000)
                                .setLength(0x1000)))
                .addStrangers(12)
                .build();
        new CommonMemoryKind().plan(new ObjectId("common:7f0000000000"), state, plan);
        new AnonymousKind().plan(new ObjectId("mapping:10/7f0000000000"), heir(10, true), plan);
        new AnonymousKind().plan(new ObjectId("mapping:11/7f0000000000"), heir(11, false), plan);
        plan.assertGolden("common-memory");
    }

    private static Mapping heir(int pid, boolean first) {
        return Mapping.newBuilder()
                .setPid(pid)
                .setStart(START)
                .setEnd(END)
                .setProtection(Prot.READ)
                .addFlags("dc")
                .addFlags("hg")
                .setInherited(true)
                .setFirstHeir(first)
                .build();
    }
}
