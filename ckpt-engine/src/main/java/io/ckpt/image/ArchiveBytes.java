package io.ckpt.image;

import io.ckpt.fault.Fault;
import io.ckpt.image.v1.FileEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Bytes of an archive by position; for any number of threads. */
record ArchiveBytes(Path name, FileChannel channel) {
    /** Fills a buffer up to its limit and flips it; an archive that ends before is damaged. */
    ByteBuffer read(long position, ByteBuffer into) {
        try {
            long at = position;
            while (into.hasRemaining()) {
                int count = channel.read(into, at);
                if (count < 0) {
                    throw ImageFormat.damaged(name, "it ends at byte " + at);
                }
                at += count;
            }
            return into.flip();
        } catch (IOException e) {
            throw Fault.io("read " + name, e);
        }
    }

    byte[] read(long position, int length) {
        return read(position, ByteBuffer.allocate(length)).array();
    }

    /** The content of an entry whose hash must be the manifest's. */
    byte[] readHashed(FileEntry entry) {
        if (entry.getSize() > Integer.MAX_VALUE - 16) {
            throw ImageFormat.damaged(name, entry.getName() + " is too large");
        }
        byte[] content = read(entry.getOffset(), (int) entry.getSize());
        if (!Sha256.is(content, entry.getSha256())) {
            throw ImageFormat.damaged(name, "the hash of " + entry.getName() + " does not fit");
        }
        return content;
    }

    long size() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw Fault.io("read " + name, e);
        }
    }
}
