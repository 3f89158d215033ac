package io.ckpt.kind.thread;

import com.google.protobuf.ByteString;
import io.ckpt.image.v1.Credentials;
import io.ckpt.image.v1.MemoryPolicy;
import io.ckpt.image.v1.Scheduling;
import io.ckpt.image.v1.ThreadTraits;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.RecordedPlan;
import org.junit.jupiter.api.Test;

class ThreadPlanTest {
    private static final ObjectId THREAD = ObjectId.thread(12);

    private final RecordedPlan plan = new RecordedPlan();

    @Test
    void switchesWhatPrctlSwitchesForOneThread() {
        ThreadTraits.Speculation branches = ThreadTraits.Speculation.newBuilder()
                .setFeature(1)
                .setControl(4)
                .build();
        new ThreadTraitsKind()
                .plan(
                        THREAD,
                        ThreadTraits.newBuilder()
                                .setName("worker")
                                .setAlternateStack(ByteString.copyFrom(new byte[24]))
                                .setTimerSlack(50000)
                                .setMemoryErrorPolicy(1)
                                .setCounterFaults(true)
                                .setCpuidFaults(true)
                                .addSpeculation(branches)
                                .build(),
                        plan);
        plan.assertGolden("thread-traits");
    }

    /** Securebits may forbid ambient capabilities, and choosing them takes one that the thread may not have. */
    @Test
    void raisesAmbientCapabilitiesBeforeSecurebitsForbidIt() {
        long all = (1L << 41) - 1;
        new CredentialsKind()
                .plan(
                        THREAD,
                        Credentials.newBuilder()
                                .setRealUid(1000)
                                .setEffectiveUid(1000)
                                .setSavedUid(1000)
                                .setFilesystemUid(1000)
                                .addGroups(100)
                                .setPermitted(1 << 10)
                                .setEffective(1 << 10)
                                .setInheritable(1 << 10)
                                .setAmbient(1 << 10)
                                .setBounding(all & ~(1 << 22))
                                .setSecurebits(0x41)
                                .setNoNewPrivileges(true)
                                .setDumpable(1)
                                .build(),
                        plan);
        plan.assertGolden("credentials");
    }

    @Test
    void schedulesAsBefore() {
        new SchedulingKind()
                .plan(
                        THREAD,
                        Scheduling.newBuilder()
                                .setPolicy(1)
                                .setPriority(3)
                                .setNice(5)
                                .setResetOnFork(true)
                                .setIoPriority(3 << 13 | 7)
                                .setCpus(ByteString.copyFrom(new byte[] {2}))
                                .build(),
                        plan);
        plan.assertGolden("scheduling");
    }

    @Test
    void takesMemoryFromTheSameNodes() {
        new MemoryPolicyKind()
                .plan(
                        THREAD,
                        MemoryPolicy.newBuilder()
                                .setMode(0x8003)
                                .setNodes(ByteString.copyFrom(new byte[] {3}))
                                .build(),
                        plan);
        plan.assertGolden("memory-policy");
    }
}
