package io.ckpt.kind.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.image.v1.IpcNamespace;
import io.ckpt.image.v1.UtsNamespace;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.RecordedContext;
import io.ckpt.kind.RecordedPlan;
import io.ckpt.kind.RecordedProcess;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamespacePlanTest {
    private static final ObjectId UTS = new ObjectId("namespace:uts:[4026532001]");
    private static final ObjectId IPC = new ObjectId("namespace:ipc:[4026532002]");

    private final RecordedPlan plan = new RecordedPlan();

    @Test
    void givesNamesToWhoLivesInIt() {
        new UtsNamespaceKind()
                .plan(
                        UTS,
                        UtsNamespace.newBuilder()
                                .addMembers(10)
                                .addMembers(12)
                                .setHostName("inner")
                                .setDomainName("(none)")
                                .build(),
                        plan);
        plan.assertGolden("uts-namespace");
    }

    @Test
    void remembersTheNamespaceOfThePlaceOnce() {
        UtsNamespace state = UtsNamespace.newBuilder().addMembers(10).build();
        new UtsNamespaceKind().plan(UTS, state, plan);
        new UtsNamespaceKind().plan(new ObjectId("namespace:uts:[4026532003]"), state, plan);
        assertThat(plan.text()).containsOnlyOnce("$namespace:uts = openat");
    }

    @Test
    void setsLimitsBeforeAnythingIsMade() {
        new IpcNamespaceKind()
                .plan(
                        IPC,
                        IpcNamespace.newBuilder()
                                .addMembers(10)
                                .addLimits(IpcNamespace.Limit.newBuilder()
                                        .setFile("/proc/sys/kernel/msgmni")
                                        .setValue("77"))
                                .build(),
                        plan);
        plan.assertGolden("ipc-namespace");
    }

    @Test
    void refusesOtherSortsByTheirNames() {
        RecordedProcess process = new RecordedProcess(4711, 10);
        RecordedContext context = new RecordedContext(process);
        new UnsupportedNamespaceKind()
                .capture(new OwnNamespace(NamespaceSort.CGROUP, "cgroup:[4026532004]", List.of(process)), context);
        assertThat(context.refusals().get(0).toString()).contains("4711", "cgroup namespace cgroup:[4026532004]");
    }
}
