package io.ckpt.kind.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.NodeNames;
import io.ckpt.image.v1.MappingPolicies;
import io.ckpt.image.v1.MemoryPolicy;
import io.ckpt.image.v1.ProcessTraits;
import io.ckpt.image.v1.ResourceLimits;
import io.ckpt.kernel.Resource;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.RecordedPlan;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProcessTraitsTest {
    private static final ObjectId PROCESS = ObjectId.process(10);
    private static final String WITHOUT_CAPABILITIES = "0000000000000000";
    private static final String ALL_CAPABILITIES = "000001ffffffffff";
    private static final ProcessTraits PROTECTED =
            ProcessTraits.newBuilder().setOutOfMemoryScore(-500).build();

    private final ProcessTraitsKind kind = new ProcessTraitsKind();
    private final RecordedPlan plan = new RecordedPlan();

    @Test
    void switchesEarlyWhatMemoryDependsOnAndLateWhatForbids() {
        kind.plan(
                PROCESS,
                ProcessTraits.newBuilder()
                        .setPersonality(0x40000)
                        .setSubreaper(true)
                        .setThpDisabled(true)
                        .setThpFlags(2)
                        .setMemoryMerge(true)
                        .setDenyWriteExecute(1)
                        .setMembarriers(1 << 4 | 1 << 8)
                        .setCoreDumpFilter(0x33)
                        .setOutOfMemoryScore(-17)
                        .setRegisterPermissions(0x602e7)
                        .setFutureLocks(2 | 4)
                        .build(),
                plan);
        plan.assertGolden("process-traits");
    }

    @Test
    void warnsOfScoreThatCannotBeLowered() {
        assertThat(kind.warning(PROTECTED, node("0\n", WITHOUT_CAPABILITIES)))
                .hasValueSatisfying(text -> assertThat(text).contains("-500").contains("CAP_SYS_RESOURCE"));
        assertThat(kind.warning(PROTECTED, node("0\n", ALL_CAPABILITIES))).isEmpty();
        assertThat(kind.warning(PROTECTED, node("-600\n", WITHOUT_CAPABILITIES)))
                .isEmpty();
    }

    @Test
    void bindsMemoryBeforeItsPagesCome() {
        new MappingPoliciesKind()
                .plan(
                        PROCESS,
                        MappingPolicies.newBuilder()
                                .addRanges(MappingPolicies.Range.newBuilder()
                                        .setStart(0x7f0000000000L)
                                        .setEnd(0x7f0000010000L)
                                        .setPolicy(policy(2, 0b101)))
                                .addRanges(MappingPolicies.Range.newBuilder()
                                        .setStart(0x7f0000010000L)
                                        .setEnd(0x7f0000011000L)
                                        .setPolicy(policy(4, 0)))
                                .build(),
                        plan);
        plan.assertGolden("mapping-policies");
    }

    @Test
    void tellsWhichMemoryNodesAreMissing() {
        MappingPolicies wanted = MappingPolicies.newBuilder()
                .addRanges(MappingPolicies.Range.newBuilder().setPolicy(policy(2, 0b1101)))
                .build();
        MappingPoliciesKind policies = new MappingPoliciesKind();
        assertThat(policies.warning(wanted, file -> "0-1,3\n"))
                .hasValueSatisfying(text -> assertThat(text).contains("{2}"));
        assertThat(policies.warning(wanted, file -> "0-3\n")).isEmpty();
    }

    @Test
    void leavesOfTheCpuTimeWhatTheProcessHadLeft() {
        new ResourceLimitsKind()
                .plan(
                        PROCESS,
                        ResourceLimits.newBuilder()
                                .addLimits(limit(Resource.CPU, 100, 200))
                                .addLimits(limit(Resource.NOFILE, 1024, 4096))
                                .setCpuSeconds(30)
                                .build(),
                        plan);
        plan.assertGolden("resource-limits");
    }

    private static MemoryPolicy policy(int mode, int nodes) {
        ByteString mask = nodes == 0 ? ByteString.EMPTY : ByteString.copyFrom(new byte[] {(byte) nodes});
        return MemoryPolicy.newBuilder().setMode(mode).setNodes(mask).build();
    }

    private static ResourceLimits.Limit limit(Resource resource, long soft, long hard) {
        return ResourceLimits.Limit.newBuilder()
                .setResource(resource.number())
                .setSoft(soft)
                .setHard(hard)
                .build();
    }

    private static NodeNames node(String score, String capabilities) {
        return file -> file.endsWith("oom_score_adj") ? score : status(capabilities);
    }

    private static String status(String capabilities) {
        try (InputStream in = ProcessTraitsTest.class.getResourceAsStream("/procfs/status")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.replaceAll("CapEff:.*", "CapEff:\t" + capabilities);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
