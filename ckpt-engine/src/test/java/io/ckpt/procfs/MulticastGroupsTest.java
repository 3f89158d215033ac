package io.ckpt.procfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class MulticastGroupsTest {
    private static final String IGMP =
            """
            Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter
            1\tlo        :     2      V3
            \t\t\t\t030201EF     1 0:00000000\t\t0
            \t\t\t\t010000E0     1 0:00000000\t\t0
            4\teth0      :     1      V3
            \t\t\t\t010000E0     1 0:00000000\t\t0
            """;
    private static final String IGMP6 = "4    eth0            ff0200000000000000000001ff000002     1 00000004 0\n";

    @Test
    void readsGroupsBelowTheirInterfaces() {
        assertThat(MulticastGroups.parse(IGMP))
                .extracting(group -> group.index() + " " + group.interfaceName() + " "
                        + HexFormat.of().formatHex(group.ip()))
                .containsExactly("1 lo ef010203", "1 lo e0000001", "4 eth0 e0000001");
    }

    @Test
    void readsGroupsOfIpv6() {
        List<MulticastGroups.Group> groups = MulticastGroups.parseIpv6(IGMP6);
        assertThat(groups).singleElement().satisfies(group -> {
            assertThat(group.interfaceName()).isEqualTo("eth0");
            assertThat(group.index()).isEqualTo(4);
            assertThat(HexFormat.of().formatHex(group.ip())).isEqualTo("ff0200000000000000000001ff000002");
        });
    }

    @Test
    void guessesNothing() {
        assertThatThrownBy(() -> MulticastGroups.parse(IGMP + "nonsense\n")).isInstanceOf(Fault.class);
        assertThatThrownBy(() -> MulticastGroups.parseIpv6("nonsense\n")).isInstanceOf(Fault.class);
    }
}
