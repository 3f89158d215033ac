package io.ckpt.procfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import org.junit.jupiter.api.Test;

class UnixSocketsTest {
    private final UnixSockets recorded = UnixSockets.parse(Recorded.text("net-unix"));

    @Test
    void readsListenersAndPairs() {
        UnixSockets.Socket listener = recorded.byInode(36808).orElseThrow();
        assertThat(listener.listening()).isTrue();
        assertThat(listener.name()).isEqualTo("@abstract name");

        UnixSockets.Socket end = recorded.byInode(36809).orElseThrow();
        assertThat(end.state()).isEqualTo(3);
        assertThat(end.name()).isEmpty();
    }

    @Test
    void putsANameWithANewlineTogetherAgain() {
        assertThat(recorded.byInode(36811).orElseThrow().name()).isEqualTo("na\nme");
    }

    @Test
    void refusesALineThatBelongsToNoName() {
        String text = Recorded.text("net-unix");
        String header = text.substring(0, text.indexOf('\n') + 1);

        assertThatThrownBy(() -> UnixSockets.parse(header + "junk\n")).isInstanceOf(Fault.class);
        assertThatThrownBy(() -> UnixSockets.parse("junk\n")).isInstanceOf(Fault.class);
    }
}
