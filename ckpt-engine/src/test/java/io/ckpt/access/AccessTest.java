package io.ckpt.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class AccessTest {
    private static final AccessRule RULE = new AccessRule(Set.of(50));

    private static ProcessOwner owner(String uids, String gids, String groups) {
        return owner("cat", uids, gids, groups);
    }

    private static ProcessOwner owner(String name, String uids, String gids, String groups) {
        return ProcessOwner.parse(String.join(
                "\n",
                "Name:\t" + name,
                "State:\tR (running)",
                "Uid:\t" + uids,
                "Gid:\t" + gids,
                "FDSize:\t64",
                "Groups:\t" + groups));
    }

    @Test
    void theOwnerTouchesWhatIsHisAndNothingElse() {
        Peer alice = new Peer(1, 1000, Set.of(1000, 100));

        assertThat(RULE.mayTouch(alice, 1000)).isTrue();
        assertThat(RULE.mayTouch(alice, 1001)).isFalse();
        assertThat(RULE.mayTouch(alice, 0)).isFalse();
    }

    @Test
    void rootAndAdministratorsTouchEverything() {
        assertThat(RULE.mayTouch(new Peer(1, 0, Set.of(0)), 1000)).isTrue();
        assertThat(RULE.mayTouch(new Peer(1, 1001, Set.of(1001, 50)), 1000)).isTrue();
    }

    @Test
    void aProcessBelongsToItsOneUser() {
        assertThat(owner("1000\t1000\t1000\t1000", "1000\t1000\t1000\t1000", "").uid())
                .isEqualTo(1000);
    }

    @Test
    void aSetUidProgramBelongsToRoot() {
        assertThat(owner("1000\t0\t0\t0", "1000\t1000\t1000\t1000", "").uid()).isZero();
        assertThat(owner("1000\t1001\t1001\t1001", "1000\t1000\t1000\t1000", "").uid())
                .isZero();
    }

    @Test
    void groupsAreTheEffectiveAndTheSupplementaryOnes() {
        assertThat(owner("1000\t1000\t1000\t1000", "7\t8\t9\t8", "27 100 ").groups())
                .isEqualTo(Set.of(8, 27, 100));
    }

    @Test
    void aNameThatLooksLikeALineMakesNobodyAMember() {
        assertThat(owner("\rGroups:\t50", "1000\t1000\t1000\t1000", "7\t7\t7\t7", "27")
                        .groups())
                .isEqualTo(Set.of(7, 27));
        assertThat(owner("\rUid:\t0\t0\t0\t0", "1000\t1000\t1000\t1000", "7\t7\t7\t7", "")
                        .uid())
                .isEqualTo(1000);
    }

    @Test
    void uidsBeyondTheSignedRangeAreRead() {
        assertThat(owner("4294967294\t4294967294\t4294967294\t4294967294", "0\t0\t0\t0", "")
                        .uid())
                .isEqualTo(-2);
    }

    @Test
    void nobodyOwnsAProcessThatIsNotThere() {
        assertThat(ProcessOwner.of(0)).isEmpty();
        assertThat(ProcessOwner.of(Integer.MAX_VALUE)).isEmpty();
        assertThat(ProcessOwner.of((int) ProcessHandle.current().pid())).isPresent();
    }
}
