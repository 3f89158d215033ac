package io.ckpt.image;

import com.google.protobuf.ByteString;
import io.ckpt.fault.Fault;
import io.ckpt.image.v1.FileEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A tar being written as a stream. For one thread at a time. */
final class Archive {
    private final Path name;
    private final WritableByteChannel sink;
    private final Instant time;
    private final List<FileEntry> files = new ArrayList<>();
    private WriteBehind behind = WriteBehind.NONE;
    private long position;

    Archive(Path name, WritableByteChannel sink, Instant time) {
        this.name = name;
        this.sink = sink;
        this.time = time;
    }

    /** Has what is written from now on brought to the disk early. */
    void behind(WriteBehind how) {
        behind = how;
    }

    /** Writes a whole entry whose bytes something else vouches for. */
    void entry(String entryName, ByteBuffer content) {
        entry(entryName, List.of(content));
    }

    /** As {@link #entry(String, ByteBuffer)}, of content in pieces: one behind the other. */
    void entry(String entryName, List<ByteBuffer> content) {
        long start = position;
        entry(entryName, content, ByteString.EMPTY);
        behind.begin(name, start, position - start);
    }

    /** Writes a whole entry and keeps its hash. */
    void hashedEntry(String entryName, byte[] content) {
        entry(entryName, List.of(ByteBuffer.wrap(content)), ByteString.copyFrom(Sha256.of(content)));
    }

    private void entry(String entryName, List<ByteBuffer> content, ByteString hash) {
        int size = content.stream().mapToInt(ByteBuffer::remaining).sum();
        write(TarBlocks.header(entryName, size, time));
        files.add(FileEntry.newBuilder()
                .setName(entryName)
                .setSize(size)
                .setOffset(position)
                .setSha256(hash)
                .build());
        content.forEach(this::write);
        write(TarBlocks.zeros(TarBlocks.padding(size)));
    }

    void end() {
        write(TarBlocks.zeros(TarBlocks.TRAILER));
    }

    /** Entries so far, in their order. */
    List<FileEntry> files() {
        return files;
    }

    long position() {
        return position;
    }

    private void write(ByteBuffer bytes) {
        position += bytes.remaining();
        try {
            while (bytes.hasRemaining()) {
                sink.write(bytes);
            }
        } catch (IOException e) {
            throw Fault.io("write " + name, e);
        }
    }
}
