package io.ckpt.freeze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectChannelTest {
    @TempDir
    Path directory;

    private final Random random = new Random(3);

    @Test
    void writesWholeBlocksAndOthersInTheirOrder() throws IOException {
        int[] lengths = {4096, 512, 8192, 100, 412, 65536, 3, 1 << 20, 509, 1024};
        ByteBuffer all = ByteBuffer.allocate(2 << 20);
        try (DirectChannel channel = open("image")) {
            for (int length : lengths) {
                byte[] bytes = new byte[length];
                random.nextBytes(bytes);
                all.put(bytes);
                write(channel, aligned(length).put(bytes).flip());
            }
        }

        assertThat(ByteBuffer.wrap(Files.readAllBytes(directory.resolve("image"))))
                .isEqualTo(all.flip());
    }

    /** For a number of a descriptor is soon that of another one. */
    @Test
    void closesNothingElseWhenItIsClosedTwice() throws IOException {
        DirectChannel channel = open("image");
        channel.close();
        try (FileChannel one = create("one");
                FileChannel other = create("other")) {
            channel.close();

            assertThatCode(() -> one.write(ByteBuffer.allocate(1))).doesNotThrowAnyException();
            assertThatCode(() -> other.write(ByteBuffer.allocate(1))).doesNotThrowAnyException();
        }
    }

    private DirectChannel open(String name) throws IOException {
        return new DirectChannel(directory.resolve(name), create(name));
    }

    private FileChannel create(String name) throws IOException {
        return FileChannel.open(directory.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private static ByteBuffer aligned(int length) {
        return ByteBuffer.allocateDirect(length + 8192).alignedSlice(4096).slice(0, length);
    }

    private static void write(DirectChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
