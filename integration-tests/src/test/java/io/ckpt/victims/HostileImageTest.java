package io.ckpt.victims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.job.CheckpointName;
import io.ckpt.job.StoredCheckpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The image of a real job, damaged at random: whoever looks at it says so, and nothing of the job comes to run. */
@NeedsRoot
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HostileImageTest {
    private static final int ROUNDS = 200;
    private static final Set<FaultCode> SAID =
            Set.of(FaultCode.IMAGE_DAMAGED, FaultCode.IMAGE_TOO_NEW, FaultCode.NOT_PERMITTED);
    private static final List<String> PROGRAM =
            List.of(Path.of("target/programs/static").toAbsolutePath().toString(), "%d");

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private Journeys journeys;
    private Run run;
    private StoredCheckpoint checkpoint;
    private Path image;
    private Path whole;

    @BeforeEach
    void leaveACheckpoint() throws IOException {
        journeys = new Journeys();
        run = Run.of(PROGRAM).awaitReady();
        journeys.vacate(run.pid());
        run.awaitGone();
        checkpoint = journeys.stored().get(0);
        image = journeys.store()
                .resolve(checkpoint.job())
                .resolve(checkpoint.id())
                .resolve("image.tar");
        whole = Files.copy(image, journeys.directory().resolve("whole.tar"));
    }

    @AfterEach
    void clean() {
        run.close();
        journeys.close();
    }

    @Test
    void everyFlippedBitIsFound() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            long at = (long) (random.nextDouble() * Files.size(whole));
            flip(at, 1 << random.nextInt(8));
            assertSaid("bit flipped at " + at, () -> journeys.verify(checkpoint));
            assertSaid("bit flipped at " + at, this::dryRun);
            restore();
        }
        assertComesBack();
    }

    @Test
    void everyCutIsFound() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            long size = (long) (random.nextDouble() * Files.size(whole));
            try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
                file.truncate(size);
            }
            assertSaid("cut to " + size, () -> journeys.verify(checkpoint));
            assertSaid("cut to " + size, this::dryRun);
            restore();
        }
        assertComesBack();
    }

    /** Pages are checked while they are loaded: by then processes have been made, and they must go again. */
    @Test
    void aRestartThatFindsDamageLeavesNothing() throws IOException {
        for (int round = 0; round < 10; round++) {
            long at = (long) (random.nextDouble() * Files.size(whole) / 2);
            flip(at, 0x55);
            assertSaid("byte changed at " + at, () -> journeys.restart(CheckpointName.of(checkpoint), false));
            run.awaitGone();
            restore();
        }
        assertComesBack();
    }

    private void dryRun() {
        journeys.restart(CheckpointName.of(checkpoint), true);
    }

    private void flip(long at, int bits) throws IOException {
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, at);
            file.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ bits)}), at);
        }
    }

    private void restore() throws IOException {
        try (FileChannel from = FileChannel.open(whole);
                FileChannel to =
                        FileChannel.open(image, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            from.transferTo(0, from.size(), to);
        }
    }

    private void assertSaid(String damage, ThrowingCallable look) {
        Fault fault = catchThrowableOfType(Fault.class, look);
        assertThat(fault).as("%s, seed %d", damage, seed).isNotNull();
        assertThat(fault.code())
                .as("%s, seed %d: %s", damage, seed, fault.getMessage())
                .isIn(SAID);
    }

    private void assertComesBack() {
        journeys.restart();
        assertThat(run.verdict()).isEqualTo("ok");
    }
}
