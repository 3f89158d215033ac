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
    private final Instant time;
    private final List<FileEntry> files = new ArrayList<>();
    private WritableByteChannel sink;
    private WriteBehind behind = WriteBehind.NONE;
    private long position;

    Archive(Path name, WritableByteChannel sink, Instant time) {
        this.name = name;
        this.sink = sink;
        this.time = time;
    }

    /** Has all be written through a channel from now on. */
    void through(WritableByteChannel channel) {
        sink = channel;
    }

    /** Has what is written from now on brought to the disk early. */
    void behind(WriteBehind how) {
        behind = how;
    }

    /** Prepares a buffer for the content of an entry, which is put into it up to its limit at most. */
    static ByteBuffer frame(ByteBuffer buffer) {
        return buffer.clear().position(TarBlocks.BLOCK).limit(buffer.capacity() - TarBlocks.BLOCK);
    }

    /** Place in the content that the next byte put into a frame will have. */
    static int at(ByteBuffer frame) {
        return frame.position() - TarBlocks.BLOCK;
    }

    /** Writes a whole entry whose bytes something else vouches for, all blocks at once. */
    void framedEntry(String entryName, ByteBuffer frame) {
        int size = at(frame);
        frame.limit(frame.capacity()).put(TarBlocks.zeros(TarBlocks.padding(size)));
        frame.flip().put(0, TarBlocks.header(entryName, size, time).array());
        long start = position;
        files.add(file(entryName, size, start + TarBlocks.BLOCK, ByteString.EMPTY));
        write(frame);
        behind.begin(name, start, position - start);
    }

    /** Writes a whole entry whose bytes something else vouches for. */
    void entry(String entryName, ByteBuffer content) {
        entry(entryName, List.of(content));
    }

    /** As {@link #entry(String, ByteBuffer)}, of content in pieces: one behind the other. */
    void entry(String entryName, List<ByteBuffer> content) {
        entry(entryName, content, ByteString.EMPTY);
    }

    /** Writes a whole entry and keeps its hash. */
    void hashedEntry(String entryName, byte[] content) {
        entry(entryName, List.of(ByteBuffer.wrap(content)), ByteString.copyFrom(Sha256.of(content)));
    }

    private void entry(String entryName, List<ByteBuffer> content, ByteString hash) {
        int size = content.stream().mapToInt(ByteBuffer::remaining).sum();
        write(TarBlocks.header(entryName, size, time));
        files.add(file(entryName, size, position, hash));
        content.forEach(this::write);
        write(TarBlocks.zeros(TarBlocks.padding(size)));
    }

    private static FileEntry file(String name, int size, long offset, ByteString hash) {
        return FileEntry.newBuilder()
                .setName(name)
                .setSize(size)
                .setOffset(offset)
                .setSha256(hash)
                .build();
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
