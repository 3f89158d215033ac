package io.ckpt.procfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import org.junit.jupiter.api.Test;

class ProcCgroupTest {
    @Test
    void readsBothVersions() {
        ProcCgroup cgroup = ProcCgroup.parse(Recorded.text("cgroup"));

        assertThat(cgroup.unified().map(ProcCgroup.Membership::path)).hasValue("/system.slice/slurmstepd.scope/job_42");
        assertThat(cgroup.controller("memory").map(ProcCgroup.Membership::path))
                .hasValue("/slurm/uid_1000/job_42/step_batch");
        assertThat(cgroup.controller("cpu").map(ProcCgroup.Membership::path)).hasValue("/");
        assertThat(cgroup.controller("freezer")).isEmpty();
    }

    @Test
    void aPathMayHoldColons() {
        assertThat(ProcCgroup.parse("0::/a:b/c\n").unified().map(ProcCgroup.Membership::path))
                .hasValue("/a:b/c");
    }

    @Test
    void refusesWhatItDoesNotUnderstand() {
        assertThatThrownBy(() -> ProcCgroup.parse("0:/x\n"))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("0:/x");
    }
}
