package io.ckpt.kind.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.image.v1.FileOwners;
import io.ckpt.image.v1.FileOwners.Owner;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.RecordedContext;
import io.ckpt.kind.RecordedPlan;
import io.ckpt.kind.RecordedProcess;
import org.junit.jupiter.api.Test;

class FileOwnersTest {
    private static final int PROCESS = 1;
    private static final int SIGNAL = 37;
    private static final Owner WORKER = Owner.newBuilder()
            .setNumber(5)
            .setType(PROCESS)
            .setId(11)
            .setSignal(SIGNAL)
            .setFlags(OpenFlags.RDWR | OpenFlags.NONBLOCK | OpenFlags.ASYNC)
            .build();

    private final FileOwnersKind kind = new FileOwnersKind();
    private final RecordedProcess process = new RecordedProcess(4711, 10);
    private final RecordedProcess worker = new RecordedProcess(4712, 11);
    private final RecordedContext context = new RecordedContext(process, worker);

    @Test
    void readsOwnerOnceForAllDescriptorsOfADescription() {
        process.file(5, 0).link("socket:[1]").info(info(024002)).owner(PROCESS, 4712, SIGNAL);
        worker.file(7, 0).link("socket:[1]").info(info(024002)).owner(PROCESS, 4712, SIGNAL);
        assertThat(kind.capture(process, context).getOwnersList()).containsExactly(WORKER);
        assertThat(kind.accepts(worker, context)).isFalse();
    }

    @Test
    void hasNothingToSayOfFilesThatSignalNobody() {
        process.file(5, 0).link("/x").info(info(02));
        assertThat(kind.accepts(process, context)).isFalse();
    }

    @Test
    void refusesOwnerOutsideTheJob() {
        process.file(5, 0).link("socket:[1]").info(info(02)).owner(PROCESS, 1, 0);
        kind.capture(process, context);
        assertThat(context.refusals().get(0).toString()).contains("fd 5").contains("outside the job");
    }

    @Test
    void setsOwnersThroughTheFinalDescriptors() {
        RecordedPlan plan = new RecordedPlan();
        kind.plan(
                ObjectId.process(10), FileOwners.newBuilder().addOwners(WORKER).build(), plan);
        plan.assertGolden("file-owners");
    }

    private static String info(int flags) {
        return "pos:\t0\nflags:\t0" + Integer.toOctalString(flags) + "\nmnt_id:\t16\nino:\t1\n";
    }
}
