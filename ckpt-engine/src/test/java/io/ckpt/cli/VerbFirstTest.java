package io.ckpt.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VerbFirstTest {
    @Test
    void takesCommonOptionsFromBeforeTheVerb() {
        assertThat(Ckptctl.verbFirst("--embedded", "--socket", "/run/x", "list", "4711"))
                .containsExactly("list", "--embedded", "--socket", "/run/x", "4711");
    }

    @Test
    void leavesEverythingElseWhereItIs() {
        assertThat(Ckptctl.verbFirst("list", "--json")).containsExactly("list", "--json");
        assertThat(Ckptctl.verbFirst("--version")).containsExactly("--version");
        assertThat(Ckptctl.verbFirst("--json")).containsExactly("--json");
    }
}
