package io.ckpt.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.Buffers;
import io.ckpt.image.Compression;
import io.ckpt.image.Effort;
import io.ckpt.image.ImageFormat;
import io.ckpt.image.ImageReader;
import io.ckpt.image.ImageWriter;
import io.ckpt.image.Seal;
import io.ckpt.image.v1.Extent;
import io.ckpt.image.v1.Manifest;
import io.ckpt.progress.Meter;
import io.ckpt.progress.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StopCopyTest {
    private static final int PAGE = ImageFormat.PAGE_BYTES;
    private static final long BASE = 0x7f00_0000_3000L;

    @TempDir
    Path directory;

    private Compression compression = Compression.USUAL;
    private Effort effort;
    private final Random random = new Random(3);
    private final List<Long> told = new ArrayList<>();
    private final Progress progress = new Progress() {
        @Override
        public void phase(Phase phase) {}

        @Override
        public void bytes(long done, long total) {
            told.add(done);
        }
    };

    @Test
    void bringsMemoryBackOverExtentBorders() {
        byte[] memory = noise(5 * ImageFormat.EXTENT_BYTES + 3 * PAGE);

        CopyFigures figures = copy(List.of(run("memory:1", BASE, memory)));

        assertThat(figures.readBytes()).isEqualTo(memory.length);
        assertThat(figures.zeroBytes()).isZero();
        assertThat(loaded("memory:1", BASE, memory.length)).isEqualTo(memory);
    }

    @Test
    void packsNothingWhereNothingIsToBePacked() {
        byte[] memory = new byte[5 * ImageFormat.EXTENT_BYTES];
        for (int i = 0; i < memory.length; i++) {
            memory[i] = (byte) (1 + i / ImageFormat.EXTENT_BYTES);
        }

        assertThat(copy(List.of(run("memory:1", BASE, memory))).storedBytes()).isLessThan(memory.length / 100);
        delete();
        compression = Compression.always(Compression.NONE, "asked for");
        CopyFigures figures = copy(List.of(run("memory:1", BASE, memory)));

        assertThat(figures.storedBytes()).isEqualTo(memory.length);
        assertThat(extents())
                .allMatch(extent -> extent.getPiecesList().stream()
                                .mapToInt(Integer::intValue)
                                .sum()
                        == extent.getLength());
        assertThat(loaded("memory:1", BASE, memory.length)).isEqualTo(memory);
    }

    @Test
    void tellsWhatItTook() {
        byte[] memory = noise(3 * ImageFormat.EXTENT_BYTES);

        copy(List.of(run("memory:1", 0, memory)));

        assertThat(effort.plainBytes()).isEqualTo(memory.length);
        assertThat(effort.storedBytes()).isEqualTo(memory.length);
        assertThat(effort.packNanos()).isPositive();
        assertThat(effort.sinkNanos()).isPositive();
    }

    @Test
    void storesNoZeroPage() {
        byte[] memory = new byte[ImageFormat.EXTENT_BYTES];
        memory[3 * PAGE] = 1;
        memory[5 * PAGE - 1] = 2;
        memory[memory.length - 1] = 3;

        CopyFigures figures = copy(List.of(run("memory:1", 0, memory)));

        assertThat(figures.zeroBytes()).isEqualTo(memory.length - 3 * PAGE);
        assertThat(extents())
                .extracting(Extent::getStart, Extent::getLength)
                .containsExactly(tuple(3L * PAGE, 2 * PAGE), tuple((long) memory.length - PAGE, PAGE));
        assertThat(loaded("memory:1", 0, memory.length)).isEqualTo(memory);
    }

    @Test
    void memoryOfZerosTakesNothing() {
        CopyFigures figures = copy(List.of(run("memory:1", BASE, new byte[3 * ImageFormat.EXTENT_BYTES])));

        assertThat(figures.storedBytes()).isZero();
        assertThat(extents()).isEmpty();
    }

    @Test
    void asksTheJobForNothingOnceItMayGoOn() {
        byte[] memory = noise(2 * ImageFormat.EXTENT_BYTES + PAGE);
        byte[] original = memory.clone();

        copy(List.of(run("memory:1", BASE, memory)), () -> random.nextBytes(memory));

        assertThat(loaded("memory:1", BASE, memory.length)).isEqualTo(original);
    }

    @Test
    void keepsTheEndOfAFileWithinAPage() {
        byte[] content = noise(2 * PAGE + 13);

        copy(List.of(run("file:3", 0, content)));

        assertThat(loaded("file:3", 0, content.length)).isEqualTo(content);
    }

    @Test
    void keepsObjectsApart() {
        byte[] first = noise(PAGE);
        byte[] second = noise(2 * PAGE);

        copy(List.of(run("memory:1", BASE, first), run("memory:2", BASE, second)));

        assertThat(loaded("memory:1", BASE, PAGE)).isEqualTo(first);
        assertThat(loaded("memory:2", BASE, 2 * PAGE)).isEqualTo(second);
    }

    @Test
    void tellsTheFaultOfASource() {
        PageSource gone = (address, into) -> {
            throw new Fault(FaultCode.JOB_VANISHED, "pid 7 is gone", "nothing");
        };

        assertThatThrownBy(() -> copy(List.of(new PageRun("memory:7", gone, 0, 64L * ImageFormat.EXTENT_BYTES))))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.code()).isEqualTo(FaultCode.JOB_VANISHED));
    }

    @Test
    void putsNothingInPlaceThatWasChangedOnDisk() throws IOException {
        byte[] memory = noise(PAGE);
        copy(List.of(run("memory:1", BASE, memory)));
        try (FileChannel channel = FileChannel.open(image(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {memory[99] == 0 ? (byte) 1 : 0}), 512 + 99);
        }

        assertThatThrownBy(() -> loaded("memory:1", BASE, PAGE))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.code()).isEqualTo(FaultCode.IMAGE_DAMAGED));
    }

    @Test
    void tellsHowFarItIsZerosIncludedAndTheLoaderToo() {
        byte[] memory = Arrays.copyOf(noise(4 * ImageFormat.EXTENT_BYTES), 6 * ImageFormat.EXTENT_BYTES);

        copy(List.of(run("memory:1", BASE, memory)));
        List<Long> copied = List.copyOf(told);
        told.clear();
        loaded("memory:1", BASE, memory.length);

        assertThat(copied).isSorted().hasSizeGreaterThan(3).endsWith((long) memory.length);
        assertThat(told).isSorted().hasSizeGreaterThan(3).endsWith(4L * ImageFormat.EXTENT_BYTES);
    }

    private CopyFigures copy(List<PageRun> runs) {
        return copy(runs, () -> {});
    }

    /** Half of the larger memories here is held, the other half packed at once. */
    private CopyFigures copy(List<PageRun> runs, Runnable meanwhile) {
        StopCopy strategy = new StopCopy(2, 2 * ImageFormat.EXTENT_BYTES);
        strategy.prepare();
        try (ImageWriter writer = new ImageWriter(image(), create(), Instant.now(), new Buffers(0));
                MemoryStrategy.Copy copy = strategy.begin(told(runs, writer), writer)) {
            meanwhile.run();
            CopyFigures figures = copy.finish();
            writer.finish(Manifest.newBuilder(), seal());
            effort = writer.effort(2);
            return figures;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<PageRun> told(List<PageRun> runs, ImageWriter writer) {
        writer.pack(compression);
        writer.tell(new Meter(progress, runs.stream().mapToLong(PageRun::length).sum()));
        return runs;
    }

    private byte[] loaded(String object, long start, int length) {
        ByteBuffer memory = ByteBuffer.allocate(length);
        PageTarget target =
                (address, from) -> memory.put((int) (address - start), from, from.position(), from.remaining());
        try (ImageReader reader = ImageReader.open(image(), seal())) {
            new PageLoader(2, progress).load(reader, Map.of(object, target));
        }
        return memory.array();
    }

    private List<Extent> extents() {
        try (ImageReader reader = ImageReader.open(image(), seal())) {
            return reader.extents();
        }
    }

    private static PageRun run(String object, long start, byte[] memory) {
        return new PageRun(
                object,
                (address, into) -> into.put(memory, (int) (address - start), into.remaining()),
                start,
                memory.length);
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private void delete() {
        try {
            Files.delete(image());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path image() {
        return directory.resolve(ImageFormat.FILE);
    }

    private Seal seal() {
        return Seal.ofKeyFile(directory.resolve("site.key"));
    }

    private FileChannel create() throws IOException {
        return FileChannel.open(
                image(),
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
}
