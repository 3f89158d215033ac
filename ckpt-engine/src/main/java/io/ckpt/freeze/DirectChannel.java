package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/**
 * Writes whole blocks past the page cache, and all else through it; where a file system knows no such way, everything. May
 * be closed more than once, and while another thread writes.
 */
public final class DirectChannel implements WritableByteChannel {
    /** Of most disks; one with larger blocks is written to through the page cache. */
    private static final int BLOCK_BYTES = 512;

    private static final int NONE = -1;

    private final FileChannel file;
    private int descriptor;

    /** @param file open for writing; it is closed with this channel */
    public DirectChannel(Path path, FileChannel file) {
        this.file = file;
        this.descriptor = LibCkpt.openDirect(NativeText.string(path.toString()), BLOCK_BYTES);
    }

    @Override
    public synchronized int write(ByteBuffer bytes) throws IOException {
        long position = file.position();
        int length = bytes.remaining();
        if (!isWhole(position, bytes) || LibCkpt.writeContent(descriptor, position, bytes.slice(), length) != length) {
            return file.write(bytes); // which tells what stands against it
        }
        file.position(position + length);
        bytes.position(bytes.limit());
        return length;
    }

    private boolean isWhole(long position, ByteBuffer bytes) {
        return descriptor >= 0
                && bytes.isDirect()
                && position % BLOCK_BYTES == 0
                && bytes.remaining() % BLOCK_BYTES == 0
                && bytes.alignmentOffset(bytes.position(), BLOCK_BYTES) == 0;
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public synchronized void close() throws IOException {
        if (descriptor >= 0) {
            LibCkpt.close(descriptor);
            descriptor = NONE;
        }
        file.close();
    }
}
