package io.ckpt.freeze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.kernel.Signals;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NativeProcessTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void tellsTheExitStatus() {
        try (NativeProcess process = NativeProcess.start(shell("exit 7"))) {
            assertThat(process.waitFor(SOON)).hasValue(7 << 8);
        }
    }

    @Test
    void tellsTheSignalThatEndedIt() {
        try (NativeProcess process = NativeProcess.start(Launch.of(Path.of("/bin/sleep"), "1000"))) {
            assertThat(process.waitFor(Duration.ZERO)).isEqualTo(OptionalInt.empty());
            process.signal(Signals.TERM);
            assertThat(process.waitFor(SOON)).hasValue(Signals.TERM);
        }
    }

    @Test
    void canBeSignalledWhileAnotherThreadWaitsForIt() throws Exception {
        try (NativeProcess process = NativeProcess.start(Launch.of(Path.of("/bin/sleep"), "1000"))) {
            CompletableFuture<OptionalInt> end = CompletableFuture.supplyAsync(() -> process.waitFor(SOON));
            process.signal(Signals.TERM);
            assertThat(end.get(10, TimeUnit.SECONDS)).hasValue(Signals.TERM);
        }
    }

    @Test
    void mapsDescriptorsAndClosesAllOthers() {
        PacketSocket.Pair pair = PacketSocket.pair();
        try (PacketSocket mine = pair.first();
                NativeProcess process = NativeProcess.start(shell("ls /proc/self/fd | tr '\\n' ' ' >&3")
                        .withDescriptors(0, 1, 2, pair.second().descriptor()))) {
            pair.second().close();
            String open = new String(
                    mine.receive(100, Optional.of(SOON)).orElseThrow().bytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(SOON)).hasValue(0);
            assertThat(open).isEqualTo("0 1 2 3 4 ");
        }
    }

    @Test
    void tellsWhyAProgramCannotBeStarted() {
        assertThatThrownBy(() -> NativeProcess.start(Launch.of(Path.of("/nonexistent"))))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("/nonexistent")
                .hasMessageContaining("ENOENT");
    }

    private static Launch shell(String script) {
        return Launch.of(Path.of("/bin/sh"), "-c", script);
    }
}
