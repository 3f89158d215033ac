package io.ckpt.kind.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.image.v1.FileLocks;
import io.ckpt.image.v1.FileLocks.Lock;
import io.ckpt.image.v1.FileLocks.Type;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.RecordedContext;
import io.ckpt.kind.RecordedPlan;
import io.ckpt.kind.RecordedProcess;
import org.junit.jupiter.api.Test;

class FileLocksTest {
    private static final Lock WHOLE = Lock.newBuilder()
            .setNumber(5)
            .setType(Type.TYPE_WHOLE)
            .setExclusive(true)
            .build();
    private static final Lock BYTES = Lock.newBuilder()
            .setNumber(5)
            .setType(Type.TYPE_PROCESS)
            .setStart(100)
            .setLength(50)
            .build();
    private static final Lock END = Lock.newBuilder()
            .setNumber(6)
            .setType(Type.TYPE_DESCRIPTION)
            .setExclusive(true)
            .setStart(7)
            .build();

    private static final Lock LEASE =
            Lock.newBuilder().setNumber(5).setType(Type.TYPE_LEASE).build();

    private final FileLocksKind kind = new FileLocksKind();
    private final RecordedProcess process = new RecordedProcess(4711, 10);
    private final RecordedContext context = new RecordedContext(process);

    @Test
    void readsLocksOfEveryType() {
        process.file(5, 0)
                .link("/x/a")
                .info(
                        info(
                                """
                lock:\t1: FLOCK  ADVISORY  WRITE 4711 fe:00:2146475 0 EOF
                lock:\t2: POSIX  ADVISORY  READ 4711 fe:00:2146475 100 149
                """));
        process.file(6, 1).link("/x/b").info(info("lock:\t1: OFDLCK ADVISORY  WRITE -1 fe:00:2146476 7 EOF\n"));
        assertThat(kind.accepts(process, context)).isTrue();
        assertThat(kind.capture(process, context).getLocksList()).containsExactly(WHOLE, BYTES, END);
    }

    @Test
    void hasNothingToSayOfProcessWithoutLocks() {
        process.file(5, 0).link("/x/a").info(info(""));
        assertThat(kind.accepts(process, context)).isFalse();
    }

    @Test
    void readsLease() {
        process.file(5, 0).link("/x/a").info(info("lock:\t1: LEASE  ACTIVE    READ 4711 fe:00:2146475 0 EOF\n"));
        assertThat(kind.capture(process, context).getLocksList()).containsExactly(LEASE);
        assertThat(context.refusals()).isEmpty();
    }

    @Test
    void refusesLeaseThatIsBeingBroken() {
        process.file(5, 0).link("/x/a").info(info("lock:\t1: LEASE  BREAKING  READ 4711 fe:00:2146475 0 EOF\n"));
        kind.capture(process, context);
        assertThat(context.refusals()).hasSize(1);
        assertThat(context.refusals().get(0).toString()).contains("fd 5 [/x/a]").contains("lease");
    }

    @Test
    void takesLocksAgainThroughTheFinalDescriptors() {
        RecordedPlan plan = new RecordedPlan();
        FileLocks state = FileLocks.newBuilder()
                .addLocks(WHOLE)
                .addLocks(BYTES)
                .addLocks(END)
                .addLocks(LEASE)
                .build();
        kind.plan(ObjectId.process(10), state, plan);
        plan.assertGolden("file-locks");
    }

    private static String info(String locks) {
        return "pos:\t0\nflags:\t02100002\nmnt_id:\t27\nino:\t2146475\n" + locks;
    }
}
