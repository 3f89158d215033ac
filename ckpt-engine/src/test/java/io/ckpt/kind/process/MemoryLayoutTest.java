package io.ckpt.kind.process;

import com.google.protobuf.ByteString;
import io.ckpt.image.v1.MemoryLayout;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.RecordedPlan;
import io.ckpt.plan.Operand;
import org.junit.jupiter.api.Test;

class MemoryLayoutTest {
    private final RecordedPlan plan = new RecordedPlan();

    @Test
    void runsADeletedProgramThatNobodyHasOpenForWriting() {
        ObjectId memory = new ObjectId("shared:0");
        plan.adopt(plan.create("shared:0 [solver]"), memory, Operand.of(4));
        MemoryLayout state = MemoryLayout.newBuilder()
                .setExecutableId(memory.value())
                .setBrk(0x5000)
                .setAuxv(ByteString.copyFrom(new byte[16]))
                .build();
        new MemoryLayoutKind().plan(ObjectId.process(10), state, plan);
        plan.assertGolden("memory-layout-deleted");
    }
}
