package io.ckpt.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
    @Test
    void readsAddressesWithAndWithoutPort() {
        assertThat(Addresses.parse("10.0.0.5")).hasToString("10.0.0.5:0");
        assertThat(Addresses.parse("10.0.0.5:80")).hasToString("10.0.0.5:80");
        assertThat(Addresses.parse("fe80::1")).hasToString("[fe80:0:0:0:0:0:0:1]:0");
        assertThat(Addresses.parse("[fe80::1]:80")).hasToString("[fe80:0:0:0:0:0:0:1]:80");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "10.0.0.5:", "10.0.0.5:99999", "10.0.0.500", "fe80::1::2", "a.b.c.d:80"})
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> Addresses.parse(text))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("'" + text + "' is no address");
    }
}
