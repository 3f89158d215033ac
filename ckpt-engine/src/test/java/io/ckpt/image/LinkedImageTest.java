package io.ckpt.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.v1.Extent;
import io.ckpt.image.v1.Link;
import io.ckpt.image.v1.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinkedImageTest {
    private static final int PAGE = ImageFormat.PAGE_BYTES;
    private static final int PAGES = 16;
    private static final String OBJECT = "memory:1";
    private static final long BASE = 0x7000_0000L;

    @TempDir
    Path directory;

    private final Random random = new Random(11);
    private final byte[] memory = new byte[PAGES * PAGE];
    private Seal seal;

    @BeforeEach
    void fill() {
        seal = Sample.seal(directory);
        random.nextBytes(memory);
    }

    @Test
    void takesFromTheOneBeforeWhatIsKept() throws IOException {
        write("a", writer -> store(writer, 0, PAGES));
        rewrite(5);
        Manifest second = write("b", "a", writer -> {
            store(writer, 5, 1);
            keep(writer, 0, 5);
            keep(writer, 6, PAGES - 6);
        });

        assertThat(second.getLinksList()).extracting(Link::getCheckpointId).containsExactly("a");
        assertThat(content("b")).isEqualTo(memory);
        assertThat(Files.size(image("b"))).isLessThan(Files.size(image("a")) / 2);
    }

    @Test
    void whatIsNeitherStoredNorKeptIsZero() throws IOException {
        write("a", writer -> store(writer, 0, PAGES));
        write("b", "a", writer -> keep(writer, 0, 3));

        Arrays.fill(memory, 3 * PAGE, memory.length, (byte) 0);
        assertThat(content("b")).isEqualTo(memory);
    }

    @Test
    void needsOnlyThoseWhosePagesItHas() throws IOException {
        write("a", writer -> store(writer, 0, 8));
        write("b", "a", writer -> {
            store(writer, 8, 8);
            keep(writer, 0, 8);
        });
        rewrite(0);
        Manifest third = write("c", "b", writer -> {
            store(writer, 0, 8);
            keep(writer, 8, 8);
        });

        assertThat(third.getLinksList()).extracting(Link::getCheckpointId).containsExactly("b");
        assertThat(content("c")).isEqualTo(memory);
    }

    @Test
    void goesBackOverManyLinks() throws IOException {
        write("0", writer -> store(writer, 0, PAGES));
        for (int i = 1; i < 8; i++) {
            int page = i;
            rewrite(page);
            Manifest next = write(Integer.toString(i), Integer.toString(i - 1), writer -> {
                store(writer, page, 1);
                keep(writer, 0, page);
                keep(writer, page + 1, PAGES - page - 1);
            });
            assertThat(next.getLinksCount()).isEqualTo(i);
            assertThat(content(Integer.toString(i))).isEqualTo(memory);
        }
    }

    @Test
    void theLastDraftOfAPageCounts() throws IOException {
        write("a", writer -> store(writer, 0, PAGES));
        byte[] before = memory.clone();
        Manifest second = write("b", "a", writer -> {
            rewrite(2);
            rewrite(3);
            draft(writer, 2, 3);
            rewrite(3);
            draft(writer, 3, 1);
            keep(writer, 0, PAGES);
        });
        System.arraycopy(memory, 0, before, 0, 4 * PAGE);

        assertThat(second.getFormatVersion()).isEqualTo(ImageFormat.VERSION);
        assertThat(content("b")).isEqualTo(before);
    }

    @Test
    void aDraftOfZerosHidesWhatWasBefore() throws IOException {
        write("a", writer -> store(writer, 0, PAGES));
        write("b", "a", writer -> {
            writer.renew(OBJECT, BASE + 4 * PAGE, PAGE);
            keep(writer, 0, PAGES);
        });

        Arrays.fill(memory, 4 * PAGE, 5 * PAGE, (byte) 0);
        assertThat(content("b")).isEqualTo(memory);
    }

    @Test
    void storesNothingTwiceThatIsTheSame() throws IOException {
        write("a", writer -> store(writer, 0, PAGES));
        write("b", "a", writer -> store(writer, 0, PAGES));

        assertThat(Files.size(image("b"))).isLessThan(Files.size(image("a")) / 2);
        assertThat(content("b")).isEqualTo(memory);
    }

    @Test
    void storesNothingTwiceThatTheOneBeforeHasElsewhere() throws IOException {
        write("a", writer -> store(writer, 0, PAGES));
        Manifest second = write(
                "b",
                "a",
                writer -> pack(
                        0, PAGES, (object, start, packed) -> writer.append("memory:99", start + (5L << 20), packed)));

        assertThat(second.getLinksList()).extracting(Link::getCheckpointId).containsExactly("a");
        assertThat(Files.size(image("b"))).isLessThan(Files.size(image("a")) / 2);
        try (ImageReader image = open("b");
                ExtentReader reader = image.extentReader()) {
            image.verify(1);
            assertThat(image.extents()).singleElement().satisfies(extent -> {
                assertThat(extent.getObjectId()).isEqualTo("memory:99");
                assertThat(Sample.bytes(reader.read(extent))).isEqualTo(memory);
            });
        }
    }

    /** A job may hold what packed pages look like: then bytes are stored the same that unpack to others. */
    @Test
    void takesNothingForTheSameThatIsCutIntoOtherPieces() throws IOException {
        byte[] zs = piece('z');
        byte[] packed = packed(piece('y'));
        byte[] raw = new byte[ImageFormat.PIECE_BYTES];
        random.nextBytes(raw);
        System.arraycopy(packed(zs), 0, raw, raw.length - packed.length, packed.length);
        byte[] other = Arrays.copyOf(packed, raw.length);
        System.arraycopy(raw, 0, other, packed.length, raw.length - packed.length);
        write("a", writer -> pack(join(piece('y'), raw), writer::append));
        write("b", "a", writer -> pack(join(other, zs), writer::append));

        try (ImageReader image = open("b");
                ExtentReader reader = image.extentReader()) {
            assertThat(Sample.bytes(reader.read(image.index().extent(0)))).isEqualTo(join(other, zs));
        }
    }

    private static byte[] piece(char all) {
        byte[] bytes = new byte[ImageFormat.PIECE_BYTES];
        Arrays.fill(bytes, (byte) all);
        return bytes;
    }

    private static byte[] join(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static byte[] packed(byte[] plain) {
        AtomicReference<byte[]> stored = new AtomicReference<>();
        pack(plain, (object, start, packed) -> stored.set(Sample.bytes(packed.stored())));
        return stored.get();
    }

    @Test
    void findsEachPageInTheExtentThatHasIt() throws IOException {
        write("a", writer -> store(writer, 0, PAGES));
        rewrite(5);
        write("b", "a", writer -> {
            draft(writer, 5, 1);
            keep(writer, 0, PAGES);
        });

        try (ImageReader image = open("b")) {
            for (int page = 0; page < PAGES; page++) {
                int extent =
                        image.index().find(OBJECT, BASE + (long) page * PAGE).orElseThrow();
                assertThat(image.index().extent(extent).getLink()).isEqualTo(page == 5 ? 0 : 1);
            }
        }
    }

    @Test
    void refusesWhenOneThatItNeedsIsMissing() throws IOException {
        writeTwo();
        Files.delete(image("a"));

        assertRefused("checkpoint a, which holds what had not changed, is missing");
    }

    @Test
    void refusesWhenOneThatItNeedsIsCutShort() throws IOException {
        writeTwo();
        byte[] whole = Files.readAllBytes(image("a"));
        Files.write(image("a"), Arrays.copyOf(whole, whole.length / 2));

        assertRefused("is no good");
    }

    @Test
    void refusesWhenOneThatItNeedsWasExchanged() throws IOException {
        writeTwo();
        write("other", writer -> store(writer, 0, PAGES - 1));
        Files.copy(image("other"), image("a"), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);

        assertRefused("is another one than it was");
    }

    @Test
    void findsAFlippedBitOfOneThatItNeeds() throws IOException {
        writeTwo();
        Sample.flip(image("a"), 8 * 600L);

        assertVerifyFindsDamage("b");
    }

    /** A lazy restart reads those too. */
    @Test
    void findsAFlippedBitOfADraftThatIsOutOfDate() throws IOException {
        write("a", writer -> {
            draft(writer, 0, 1);
            rewrite(0);
            draft(writer, 0, 1);
            keep(writer, 0, 1);
        });
        Sample.flip(image("a"), 8 * 600L);

        assertVerifyFindsDamage("a");
    }

    private void assertVerifyFindsDamage(String id) {
        try (ImageReader reader = open(id)) {
            assertThatThrownBy(() -> reader.verify(1))
                    .isInstanceOfSatisfying(
                            Fault.class, fault -> assertThat(fault.code()).isEqualTo(FaultCode.IMAGE_DAMAGED));
        }
    }

    private void writeTwo() throws IOException {
        write("a", writer -> store(writer, 0, PAGES));
        write("b", "a", writer -> keep(writer, 0, PAGES));
    }

    private void assertRefused(String why) {
        assertThatThrownBy(() -> open("b").close()).isInstanceOfSatisfying(Fault.class, fault -> {
            assertThat(fault.code()).isEqualTo(FaultCode.IMAGE_DAMAGED);
            assertThat(fault).hasMessageContaining(why);
        });
    }

    private interface Filling {
        void into(ImageWriter writer);
    }

    private Manifest write(String id, Filling filling) throws IOException {
        try (ImageWriter writer = new ImageWriter(image(id), Sample.create(image(id)), Sample.TIME, new Buffers(0))) {
            filling.into(writer);
            return writer.finish(Manifest.newBuilder().setCheckpointId(id), seal);
        }
    }

    private Manifest write(String id, String before, Filling filling) throws IOException {
        return write(id, writer -> {
            try (ImageReader reader = open(before)) {
                writer.follow(reader);
            }
            filling.into(writer);
        });
    }

    private void store(ImageWriter writer, int page, int count) {
        pack(page, count, writer::append);
    }

    private void draft(ImageWriter writer, int page, int count) {
        writer.renew(OBJECT, BASE + (long) page * PAGE, (long) count * PAGE);
        pack(page, count, writer::draft);
    }

    private static void keep(ImageWriter writer, int page, int count) {
        writer.keep(OBJECT, BASE + (long) page * PAGE, (long) count * PAGE);
    }

    private interface Sink {
        void accept(String objectId, long start, PackedExtent packed);
    }

    private void pack(int page, int count, Sink sink) {
        byte[] plain = Arrays.copyOfRange(memory, page * PAGE, (page + count) * PAGE);
        pack(plain, (object, start, packed) -> sink.accept(object, start + (long) page * PAGE, packed));
    }

    private static void pack(byte[] plain, Sink sink) {
        try (ExtentPacker packer = new ExtentPacker(1, new Buffers(0))) {
            ByteBuffer bytes =
                    ByteBuffer.allocateDirect(plain.length).put(plain).flip();
            sink.accept(OBJECT, BASE, packer.pack(bytes));
        }
    }

    private void rewrite(int page) {
        byte[] fresh = new byte[PAGE];
        random.nextBytes(fresh);
        System.arraycopy(fresh, 0, memory, page * PAGE, PAGE);
    }

    private Path image(String id) {
        return directory.resolve(id + ".tar");
    }

    private ImageReader open(String id) {
        return ImageReader.open(image(id), seal, linked -> Stream.of(image(linked))
                .filter(Files::exists)
                .toList());
    }

    private byte[] content(String id) {
        byte[] content = new byte[memory.length];
        try (ImageReader image = open(id);
                ExtentReader reader = image.extentReader()) {
            for (Extent extent : image.extents()) {
                ByteBuffer bytes = reader.read(extent);
                for (ExtentPages.Run run : ExtentPages.runs(extent)) {
                    int at = (int) (extent.getStart() - BASE) + run.at();
                    bytes.get(run.at(), content, at, run.length());
                }
            }
        }
        return content;
    }
}
