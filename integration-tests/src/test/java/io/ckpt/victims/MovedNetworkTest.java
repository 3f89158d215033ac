package io.ckpt.victims;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job comes back in another network namespace, where its address is another one. */
@NeedsRoot
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MovedNetworkTest {
    private static final Path CKPTCTL =
            Path.of("../target/install/bin/ckptctl").toAbsolutePath().normalize();

    /** Among them one that compares every byte of connections whose queues were full in both directions. */
    @ParameterizedTest
    @ValueSource(strings = {"tcp", "tcp-closing", "udp", "multicast", "netlink", "in-flight"})
    void socketsGoOnAtAnotherAddress(String victim) throws Exception {
        Assumptions.assumeTrue(KillableEngine.isInstalled());
        try (Journeys journeys = new Journeys();
                Run run = Run.of(Victim.named(victim)).awaitReady()) {
            journeys.vacate(run.pid());
            run.awaitGone();
            assertThat(restartElsewhere(journeys)).isZero();
            assertThat(run.verdict()).isEqualTo("ok");
        }
    }

    private static int restartElsewhere(Journeys journeys) throws IOException, InterruptedException {
        String script = "ip link set lo up && ip address add 192.0.2.7/32 dev lo && exec " + CKPTCTL
                + " --embedded restart --detach --store " + journeys.store() + " --address 127.0.0.1=192.0.2.7";
        ProcessBuilder builder = new ProcessBuilder(List.of("unshare", "--net", "sh", "-c", script));
        builder.environment().put("CKPT_CONFIG", journeys.config().toString());
        return builder.redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
