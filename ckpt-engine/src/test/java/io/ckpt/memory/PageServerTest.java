package io.ckpt.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ckpt.freeze.AwaitedMemory;
import io.ckpt.freeze.Launch;
import io.ckpt.freeze.MemoryNews;
import io.ckpt.freeze.NativeProcess;
import io.ckpt.image.ImageReader;
import io.ckpt.kernel.SystemCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageServerTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String IN_A_FAULT = "-1";
    private static final int SIGUSR1 = 10;
    private static final String OBJECT = "memory:1";

    /** As in toucher.c. */
    private static final long AREA = 0x7000_0000_0000L;

    private static final int FAULTS = 100;
    private static final int PIECES = 5;
    private static final int LENGTH = PIECES << 15;

    @TempDir
    Path directory;

    @BeforeEach
    void needsRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "news of forks needs CAP_SYS_PTRACE");
    }

    /** Nothing is streamed: nobody comes to the rescue of who is forgotten. */
    @Test
    void forgetsNobodyWhoWaitsForWhatAnotherGivesBack() throws Exception {
        try (NativeProcess toucher = toucher("give-back");
                ImageReader image = image()) {
            PageServer server = serverOf(toucher, image, HotMemory.NONE);
            toucher.signal(SIGUSR1);
            awaitCall(toucher, PIECES, IN_A_FAULT);
            awaitCall(toucher, 1, SystemCall.MADVISE);

            server.start();

            assertThat(toucher.waitFor(SOON)).hasValue(0);
            server.end();
        }
    }

    @Test
    void bringsFirstWhatWasWaitedForTheLastTime() throws Exception {
        try (NativeProcess former = toucher("keep");
                NativeProcess idle = toucher("keep");
                ImageReader image = image()) {
            PageServer server = serverOf(former, image, HotMemory.NONE);
            CompletableFuture<Void> end = server.start();
            former.signal(SIGUSR1);
            assertThat(end).succeedsWithin(SOON);
            assertThat(server.waits()).isEqualTo(PIECES);
            HotMemory hot = HotMemory.parse(server.hot().bytes());

            PageServer next = serverOf(idle, image, hot);
            CompletableFuture<Void> all = next.start();
            next.stream(0);

            assertThat(all).as("though nobody wanted them").succeedsWithin(SOON);
            assertThat(next.waits()).isZero();
        }
    }

    /** That is about to begin. */
    private NativeProcess toucher(String mode) throws Exception {
        NativeProcess toucher = NativeProcess.start(Launch.of(compiled("toucher"), mode));
        awaitCall(toucher, 1, SystemCall.RT_SIGTIMEDWAIT);
        return toucher;
    }

    private static PageServer serverOf(NativeProcess process, ImageReader image, HotMemory hot) {
        MemoryNews news = new StandInPlace().news();
        AwaitedMemory memory = AwaitedMemory.of(process.pid(), FAULTS);
        assertThat(memory.watch(AREA, AREA + LENGTH)).isTrue();
        news.hold(memory);
        Territory territory = new Territory();
        territory.add(AREA, AREA + LENGTH);
        return new PageServer(image, news, List.of(new PageServer.Space(memory, OBJECT, territory)), hot);
    }

    private ImageReader image() throws IOException {
        byte[] all = new byte[LENGTH];
        Arrays.fill(all, (byte) 'x');
        return SmallImage.in(directory).write(writer -> SmallImage.pack(all, OBJECT, AREA, writer::append));
    }

    private Path compiled(String name) throws Exception {
        Path source = Path.of(getClass().getResource("/memory/" + name + ".c").toURI());
        Path program = directory.resolve(name);
        if (Files.exists(program)) {
            return program;
        }
        NativeProcess compiler = NativeProcess.start(
                Launch.of(Path.of("/usr/bin/gcc"), "-O1", "-pthread", "-o", program.toString(), source.toString()));
        assertThat(compiler.waitFor(Duration.ofMinutes(1))).hasValue(0);
        return program;
    }

    private static void awaitCall(NativeProcess process, int threads, int call) {
        awaitCall(process, threads, Integer.toString(call));
    }

    /** So many threads sleep there. */
    private static void awaitCall(NativeProcess process, int threads, String call) {
        Path tasks = Path.of("/proc", Integer.toString(process.pid()), "task");
        await().atMost(SOON).pollInterval(Duration.ofMillis(2)).until(() -> {
            try (Stream<Path> all = Files.list(tasks)) {
                return all.filter(task -> call(task).equals(call)).count() == threads;
            }
        });
    }

    private static String call(Path task) {
        try {
            return Files.readString(task.resolve("syscall")).split(" ", 2)[0];
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
