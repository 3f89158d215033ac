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
            assertThat(extents.get("memory:1@4096").getRaw()).isFalse();
            assertThat(extents.get("memory:1@4096").getStoredLength()).isLessThan(100_000);
            assertThat(extents.get("memory:1@2097152").getRaw()).isTrue();
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
                            "pages-00000", "objects-00000.pb.zst", "index.pb.zst", "manifest.pb", "manifest.seal")
                    .endsWith("index.pb.zst", "manifest.pb", "manifest.seal");
            assertThat(tar.getEntries()).allMatch(TarArchiveEntry::isCheckSumOK);
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

    @Test
    void noticesThatTheDiskDoesNotHoldWhatWasWritten() throws IOException {
        try (ImageWriter writer =
                new ImageWriter(file, new ForgetfulChannel(Sample.create(file)), Sample.TIME, new Buffers(0))) {
            sample.fill(writer);
            assertRefused(() -> writer.finish(Manifest.newBuilder(), seal, 1), "", FaultCode.IO_ERROR);
        }
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
