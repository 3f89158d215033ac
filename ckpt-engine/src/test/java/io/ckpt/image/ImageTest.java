package io.ckpt.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.v1.Extent;
import io.ckpt.image.v1.FileEntry;
import io.ckpt.image.v1.Manifest;
import io.ckpt.image.v1.ObjectState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageTest {
    @TempDir
    Path directory;

    private Path file;
    private Seal seal;
    private final Sample sample = new Sample();

    @BeforeEach
    void chooseFile() {
        file = directory.resolve("image.tar");
        seal = Sample.seal(directory);
    }

    @Test
    void bringsBackObjectsAndMemory() throws IOException {
        Manifest written = sample.write(file, seal);

        try (ImageReader reader = ImageReader.open(file, seal)) {
            assertThat(reader.manifest()).isEqualTo(written);
            assertThat(reader.manifest().getJobId()).isEqualTo("4711");
            assertThat(reader.objects()).extracting(ObjectState::getId).containsExactly("file:0", "file:1");
            assertThat(memory(reader)).isEqualTo(strings(sample.memory));
            reader.verify(2);
        }
    }

    @Test
    void packsWhatPacksAndLeavesNoiseRaw() throws IOException {
        sample.write(file, seal);

        try (ImageReader reader = ImageReader.open(file, seal)) {
            Map<String, Extent> extents = new HashMap<>();
            reader.extents().forEach(extent -> extents.put(Sample.name(extent), extent));
            Extent text = extents.get("memory:1@4096");
            assertThat(IntStream.range(0, Pieces.count(text))).noneMatch(piece -> Pieces.isRaw(text, piece));
            assertThat(Pieces.storedLength(text)).isLessThan(100_000);
            assertThat(Pieces.isRaw(extents.get("memory:1@2097152"), 0)).isTrue();
        }
    }

    @Test
    void spreadsPagesOverEntriesOfBoundedSize() throws IOException {
        Manifest manifest = sample.large().write(file, seal);

        assertThat(manifest.getFilesList().stream().filter(entry -> ImageFormat.isPages(entry.getName())))
                .hasSizeGreaterThan(2)
                .allMatch(entry -> entry.getSize() <= ArchiveQueue.BUFFER_BYTES);
        try (ImageReader reader = ImageReader.open(file, seal)) {
            assertThat(memory(reader)).isEqualTo(strings(sample.memory));
        }
    }

    @Test
    void isATarOfZstdFiles() throws IOException {
        sample.write(file, seal);

        try (TarFile tar = new TarFile(file)) {
            assertThat(tar.getEntries())
                    .extracting(TarArchiveEntry::getName)
                    .containsExactlyInAnyOrder(
                            "pages-00000",
                            "objects-00000.pb.zst",
                            "extents.pb",
                            "index.pb",
                            "manifest.pb",
                            "manifest.seal")
                    .endsWith("extents.pb", "index.pb", "manifest.pb", "manifest.seal");
            assertThat(tar.getEntries()).allMatch(TarArchiveEntry::isCheckSumOK);
        }
    }

    @Test
    void leavesOnlyNoiseRawWhereThereIsText() throws IOException {
        byte[] mixed = new byte[4 * ImageFormat.PIECE_BYTES];
        put(mixed, 0, sample.noise(2 * ImageFormat.PIECE_BYTES));
        put(mixed, 3 * ImageFormat.PIECE_BYTES, sample.noise(ImageFormat.PAGE_BYTES));
        sample.memory.put("memory:9@0", mixed);
        sample.write(file, seal);

        verify();
        try (ImageReader image = open()) {
            Extent extent =
                    image.index().extent(image.index().find("memory:9", 0).orElseThrow());
            assertThat(IntStream.range(0, 4).mapToObj(piece -> Pieces.isRaw(extent, piece)))
                    .containsExactly(true, true, false, false);
        }
    }

    private static void put(byte[] into, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, into, at, bytes.length);
    }

    @Test
    void readsOnePieceAlone() throws IOException {
        sample.write(file, seal);
        byte[] text = sample.memory.get("memory:1@4096");

        try (ImageReader image = open();
                ExtentReader reader = image.extentReader()) {
            Extent extent =
                    image.index().extent(image.index().find("memory:1", 4096).orElseThrow());
            for (int piece : new int[] {7, 0, 31}) {
                assertThat(Sample.bytes(reader.read(extent, piece)))
                        .isEqualTo(Arrays.copyOfRange(
                                text, Pieces.start(piece), Math.min(Pieces.start(piece + 1), text.length)));
            }
        }
    }

    @Test
    void damageIsFoundInThePieceThatHasIt() throws IOException {
        sample.memory.keySet().removeIf(name -> !name.equals("memory:1@2097152"));
        sample.memory.put("memory:1@2097152", sample.noise(2 * ImageFormat.PIECE_BYTES));
        sample.write(file, seal);
        Sample.flip(file, 8L * (TarBlocks.BLOCK + ImageFormat.PIECE_BYTES + 5));

        try (ImageReader image = open();
                ExtentReader reader = image.extentReader()) {
            Extent extent = image.index().extent(0);
            assertThat(reader.read(extent, 0).remaining()).isEqualTo(ImageFormat.PIECE_BYTES);
            assertRefused(() -> reader.read(extent, 1), "", FaultCode.IMAGE_DAMAGED);
        }
    }

    @Test
    void findsThePagesOfAnyObject() throws IOException {
        sample.large().write(file, seal);

        try (ImageReader image = open()) {
            ImageIndex index = image.index();
            assertThat(index.parts()).hasSizeGreaterThan(4);
            for (int i = 0; i < index.count(); i++) {
                Extent extent = index.extent(i);
                long last = extent.getStart() + extent.getLength() - 1;
                assertThat(index.find(extent.getObjectId(), extent.getStart())).hasValue(i);
                assertThat(index.find(extent.getObjectId(), last)).hasValue(i);
            }
            assertThat(index.find("memory:1", 0)).isEmpty();
            assertThat(index.find("memory:1", 2097152 + 3 * ImageFormat.PAGE_BYTES))
                    .isEmpty();
            assertThat(index.find("memory:2", 4096)).isEmpty();
        }
    }

    /** That is why an image of any size is opened in the same time. */
    @Test
    void looksAtNoPartOfTheIndexThatIsNotAskedFor() throws IOException {
        Manifest manifest = sample.large().write(file, seal);
        FileEntry extents = manifest.getFiles(manifest.getFilesCount() - 2);
        assertThat(extents.getName()).isEqualTo("extents.pb");
        Sample.flip(file, 8 * (extents.getOffset() + extents.getSize() / 2));

        try (ImageReader image = open()) {
            assertThat(image.index().find("memory:1", 4096)).hasValue(0);
            assertRefused(image::extents, "", FaultCode.IMAGE_DAMAGED);
        }
    }

    @Test
    void storesTheSameBytesOnce() throws IOException {
        byte[] noise = sample.noise(ImageFormat.EXTENT_BYTES);
        sample.memory.clear();
        for (int process = 1; process <= 20; process++) {
            sample.memory.put("memory:" + process + "@1048576", noise);
        }
        sample.write(file, seal);

        assertThat(Files.size(file)).isLessThan(2L * ImageFormat.EXTENT_BYTES);
        verify();
        try (ImageReader image = open()) {
            assertThat(memory(image)).isEqualTo(strings(sample.memory));
        }
    }

    @Test
    void storesOnceWhatIsTheSameAsLongBefore() throws IOException {
        sample.memory.clear();
        byte[] first = sample.noise(ImageFormat.EXTENT_BYTES);
        Map<String, byte[]> all = new HashMap<>();
        try (ImageWriter writer = new ImageWriter(file, Sample.create(file), Sample.TIME, new Buffers(0))) {
            sample.memory.put("memory:1@0", first);
            sample.fill(writer);
            all.putAll(sample.memory);
            sample.memory.clear();
            for (int i = 0; i < 80; i++) {
                sample.memory.put("memory:2@" + ((long) i << 20), sample.noise(ImageFormat.EXTENT_BYTES));
            }
            sample.fill(writer);
            all.putAll(sample.memory);
            sample.memory.clear();
            sample.memory.put("memory:3@0", first);
            sample.fill(writer);
            all.putAll(sample.memory);
            writer.finish(Manifest.newBuilder(), seal);
            assertThat(writer.storedBytes()).isEqualTo(81L << 20);
        }

        verify();
        try (ImageReader image = open()) {
            assertThat(memory(image)).isEqualTo(strings(all));
        }
    }

    @Test
    void anEmptyJobMakesAnImageToo() throws IOException {
        sample.memory.clear();
        sample.write(file, seal);

        try (ImageReader reader = ImageReader.open(file, seal)) {
            assertThat(reader.extents()).isEmpty();
        }
    }

    @Test
    void findsAFlippedBitAnywhere() throws IOException {
        sample.write(file, seal);
        long bits = Files.size(file) * 8;
        Random random = new Random(11);

        for (int i = 0; i < 300; i++) {
            long bit = (long) (random.nextDouble() * bits);
            Sample.flip(file, bit);
            assertRefused(
                    () -> verify(),
                    "bit " + bit,
                    FaultCode.IMAGE_DAMAGED,
                    FaultCode.NOT_PERMITTED,
                    FaultCode.IMAGE_TOO_NEW);
            Sample.flip(file, bit);
        }
        verify();
    }

    @Test
    void findsEveryFlippedBitOutsideOfPagesAtOnce() throws IOException {
        Manifest manifest = sample.write(file, seal);
        long end = Files.size(file);
        long start = manifest.getFiles(manifest.getFilesCount() - 1).getOffset();

        for (long at = start; at < end; at += 7) {
            long bit = at * 8 + at % 8;
            Sample.flip(file, bit);
            assertRefused(
                    () -> open().close(),
                    "bit " + bit,
                    FaultCode.IMAGE_DAMAGED,
                    FaultCode.NOT_PERMITTED,
                    FaultCode.IMAGE_TOO_NEW);
            Sample.flip(file, bit);
        }
    }

    @Test
    void refusesAnImageThatIsCutShort() throws IOException {
        sample.write(file, seal);
        byte[] whole = Files.readAllBytes(file);

        for (int length :
                new int[] {0, 1, 511, 512, 2047, 2048, whole.length / 2, whole.length - 512, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertRefused(() -> open().close(), length + " bytes", FaultCode.IMAGE_DAMAGED);
        }
    }

    @Test
    void refusesAnImageOfANewerVersion() throws IOException {
        Manifest newer = sample.write(file, seal).toBuilder()
                .setFormatVersion(ImageFormat.VERSION + 1)
                .build();
        replaceManifest(newer, seal);

        assertRefused(() -> open().close(), "", FaultCode.IMAGE_TOO_NEW);
    }

    @Test
    void refusesAnImageOfAnOlderVersion() throws IOException {
        Manifest older = sample.write(file, seal).toBuilder()
                .setFormatVersion(ImageFormat.VERSION - 1)
                .build();
        replaceManifest(older, seal);

        assertRefused(() -> open().close(), "", FaultCode.IMAGE_TOO_OLD);
    }

    @Test
    void refusesAnImageEditedAndHashedAgainWithoutTheKey() throws IOException {
        Manifest edited = sample.write(file, seal).toBuilder()
                .setOwnerUid(0)
                .setJobId("x711")
                .build();
        replaceManifest(edited, Seal.ofKeyFile(directory.resolve("other.key")));

        assertRefused(() -> open().close(), "", FaultCode.NOT_PERMITTED);
    }

    @Test
    void refusesAnIndexThatLacksAnExtent() throws IOException {
        sample.write(file, seal);
        List<Extent> extents;
        EntryTable entries;
        try (ImageReader reader = open()) {
            extents = new ArrayList<>(reader.extents());
            entries = EntryTable.of(reader.manifest().getFilesList());
        }
        IndexCheck check = new IndexCheck(file, entries);
        check.check(extents);

        for (int missing = 0; missing < extents.size(); missing++) {
            List<Extent> others = new ArrayList<>(extents);
            others.remove(missing);
            assertRefused(() -> check.check(others), "extent", FaultCode.IMAGE_DAMAGED);
        }
    }

    @Test
    void refusesAnImageThatOthersCanWrite() throws IOException {
        sample.write(file, seal);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));

        assertRefused(() -> open().close(), "", FaultCode.NOT_PERMITTED);
    }

    @Test
    void refusesAnImageOfSomebodyElse() throws IOException {
        sample.write(file, seal);
        assumeTrue(Files.getAttribute(file, "unix:uid").equals(0), "only root can give a file away");
        Files.setAttribute(file, "unix:uid", 65534);

        assertRefused(() -> open().close(), "", FaultCode.NOT_PERMITTED);
    }

    @Test
    void refusesASymbolicLink() throws IOException {
        sample.write(file, seal);
        Path link = Files.createSymbolicLink(directory.resolve("link.tar"), file);

        assertRefused(() -> ImageReader.open(link, seal).close(), "", FaultCode.NOT_PERMITTED);
    }

    @Test
    void anUnfinishedImageIsNone() throws IOException {
        try (ImageWriter writer = new ImageWriter(file, Sample.create(file), Sample.TIME, new Buffers(0))) {
            sample.fill(writer);
        }

        assertRefused(() -> open().close(), "", FaultCode.IMAGE_DAMAGED);
    }

    private ImageReader open() {
        return ImageReader.open(file, seal);
    }

    private void verify() {
        try (ImageReader reader = open()) {
            reader.verify(1);
        }
    }

    private static void assertRefused(ThrowingCallable call, String what, FaultCode... codes) {
        assertThatThrownBy(call).as(what).isInstanceOfSatisfying(Fault.class, fault -> assertThat(fault.code())
                .isIn((Object[]) codes));
    }

    /** Puts another manifest of about the same size, with a fitting seal and frame, in place of the old one. */
    private void replaceManifest(Manifest manifest, Seal key) throws IOException {
        Manifest old = ImageReader.manifest(file, seal);
        FileEntry last = old.getFiles(old.getFilesCount() - 1);
        long at = last.getOffset() + last.getSize() + TarBlocks.padding(last.getSize());
        byte[] bytes = manifest.toByteArray();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(at).position(at);
            Archive archive = new Archive(file, channel, Sample.TIME);
            archive.entry(ImageFormat.MANIFEST, ByteBuffer.wrap(bytes));
            archive.entry(
                    ImageFormat.SEAL, ByteBuffer.wrap(SealBlock.of(bytes, key).text()));
            archive.end();
        }
    }

    private static Map<String, String> memory(ImageReader image) {
        Map<String, byte[]> memory = new HashMap<>();
        try (ExtentReader reader = image.extentReader()) {
            image.extents().forEach(extent -> memory.put(Sample.name(extent), Sample.bytes(reader.read(extent))));
        }
        return strings(memory);
    }

    private static Map<String, String> strings(Map<String, byte[]> memory) {
        Map<String, String> strings = new HashMap<>();
        memory.forEach((name, bytes) -> strings.put(name, new String(bytes, StandardCharsets.ISO_8859_1)));
        return strings;
    }
}
