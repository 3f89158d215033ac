package io.ckpt.kind.ipc;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.SharedSegment;
import io.ckpt.kernel.FileMode;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.RecordedContext;
import io.ckpt.kind.RecordedPlan;
import io.ckpt.kind.RecordedProcess;
import org.junit.jupiter.api.Test;

class SharedSegmentTest {
    private static final String TABLE =
            """
                   key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap
            1258295127      32773   640                300000  4711  4711      2  1000  1000  1000  1000 1795369647          0 1795369647                303104                     0
                     0          6  1600                  4096  4711  4711      1  1000  1000  1000  1000 1795369647          0 1795369647                  4096                     0
            """;

    private static final SharedSegment STATE = SharedSegment.newBuilder()
            .setId(32773)
            .setKey(1258295127)
            .setMode(0640)
            .setUid(1000)
            .setGid(1000)
            .setSize(300000)
            .build();

    private final SharedSegmentKind kind = new SharedSegmentKind();
    private final RecordedProcess process = new RecordedProcess(4711, 10).text("/proc/sysvipc/shm", TABLE);
    private final RecordedContext context = new RecordedContext(process);

    @Test
    void readsOwnerAndKey() {
        assertThat(kind.capture(mapped(32773, 300000), context)).isEqualTo(STATE);
    }

    @Test
    void remembersWhoHasRemovedSegmentAttached() {
        SharedSegment state = kind.capture(mapped(6, 4096), context);
        assertThat(state.getRemovedBy()).isEqualTo(10);
        assertThat(state.getMode()).isEqualTo(0600);
    }

    @Test
    void refusesSegmentOfAnotherNamespace() {
        kind.capture(mapped(6, 8192), context);
        assertThat(context.refusals().get(0).toString()).contains("System V segment 6");
    }

    @Test
    void makesSegmentUnderItsIdAndRemovesItWhenAllHaveIt() {
        RecordedPlan plan = new RecordedPlan();
        kind.plan(new ObjectId("shared:0"), STATE.toBuilder().setRemovedBy(10).build(), plan);
        plan.assertGolden("shared-segment");
        assertThat(plan.contents()).containsExactly(new ObjectId("shared:0"));
    }

    @Test
    void isHinderedByWhoeverUsesItsPlace() {
        assertThat(kind.obstacle(STATE, RecordedNode.of(TABLE)))
                .get()
                .asString()
                .contains("segment 32773", "ipcrm");
        assertThat(kind.obstacle(STATE.toBuilder().setId(8).setKey(7).build(), RecordedNode.of(TABLE)))
                .isEmpty();
    }

    @Test
    void isNotHinderedByWhatTheJobItselfLeft() {
        String left = TABLE.replace("4711  4711      2", "4711  4711      0");
        assertThat(kind.obstacle(STATE, RecordedNode.of(left))).isEmpty();
    }

    private StolenFile mapped(int id, long size) {
        return process.file(-1, -1).link("/SYSV0 (deleted)").status(FileMode.REGULAR | 0640, id, 0, 0, size);
    }
}
