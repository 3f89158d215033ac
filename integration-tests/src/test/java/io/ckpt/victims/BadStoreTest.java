package io.ckpt.victims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A checkpoint that the store does not take: the cause is named, the job goes on, and the next attempt works. */
@NeedsRoot
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class BadStoreTest {
    private static final List<String> POOL = List.of(
            "/usr/bin/python3", Path.of("programs/pool.py").toAbsolutePath().toString(), "%d");

    private Journeys journeys;
    private Run run;
    private Path store;

    @BeforeEach
    void begin() {
        journeys = new Journeys();
        store = journeys.store();
        run = Run.of(POOL).awaitReady();
    }

    @AfterEach
    void clean() {
        run.close();
        journeys.close();
    }

    @Test
    void aFullStore() {
        try (Mounted full = Mounted.at(store, "size=1m")) {
            assertRefused(FaultCode.STORE_FULL, "No space left");
            assertThat(journeys.stored()).isEmpty();
            assertThat(journeys.damaged()).isEmpty();
        }
        assertGoesOn();
    }

    @Test
    void aReadOnlyStore() {
        try (Mounted unwritable = Mounted.at(store, "ro")) {
            assertRefused(FaultCode.IO_ERROR, "Read-only file system");
        }
        assertGoesOn();
    }

    @Test
    void aStoreOfSomebodyElse() throws Exception {
        Files.setAttribute(store, "unix:uid", 65534);
        assertRefused(FaultCode.NOT_PERMITTED, "belongs to uid 65534");
        Files.setAttribute(store, "unix:uid", 0);
        assertGoesOn();
    }

    @Test
    void aStoreThatAnybodyCanWrite() throws Exception {
        Run.directory(store, "rwxrwxrwx");
        assertRefused(FaultCode.NOT_PERMITTED, "writable by others");
        Run.directory(store, "rwx------");
        assertGoesOn();
    }

    @Test
    void aStoreThatIsNotThere() throws Exception {
        Files.delete(store);
        assertRefused(FaultCode.NOT_FOUND, "does not exist");
        Run.directory(store, "rwx------");
        assertGoesOn();
    }

    @Test
    void twoCheckpointsAtOnceAreOneAndARefusal() {
        List<CompletableFuture<Void>> both = Stream.of(1, 2)
                .map(each -> CompletableFuture.runAsync(() -> journeys.checkpoint(run.pid())))
                .toList();
        List<Fault> refused = both.stream().flatMap(BadStoreTest::fault).toList();

        assertThat(refused).allMatch(fault -> fault.code() == FaultCode.BUSY);
        assertThat(journeys.stored()).hasSize(2 - refused.size()).isNotEmpty();
        assertGoesOn();
    }

    private static Stream<Fault> fault(CompletableFuture<Void> checkpoint) {
        try {
            checkpoint.join();
            return Stream.empty();
        } catch (CompletionException e) {
            return Stream.of((Fault) e.getCause());
        }
    }

    private void assertRefused(FaultCode code, String words) {
        Fault fault = catchThrowableOfType(Fault.class, () -> journeys.checkpoint(run.pid()));
        assertThat(fault).isNotNull().hasMessageContaining(words).hasMessageContaining(store.toString());
        assertThat(fault.code()).isEqualTo(code);
    }

    private void assertGoesOn() {
        journeys.checkpoint(run.pid());
        assertThat(run.verdict()).isEqualTo("ok");
    }
}
