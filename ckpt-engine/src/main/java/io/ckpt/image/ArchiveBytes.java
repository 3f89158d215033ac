package io.ckpt.image;

import io.ckpt.fault.Fault;
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

    long size() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw Fault.io("read " + name, e);
        }
    }
}
