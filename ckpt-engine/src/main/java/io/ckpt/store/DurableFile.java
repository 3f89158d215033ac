package io.ckpt.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A small file that is there as a whole or not at all, whatever becomes of this machine. Where it cannot be written what was
 * there before stays, and nothing else.
 */
public final class DurableFile {
    private final Path file;
    private final Disk disk;

    public DurableFile(Path file) {
        this(file, new Disk());
    }

    DurableFile(Path file, Disk disk) {
        this.file = file;
        this.disk = disk;
    }

    /** Puts a text in its place: whoever looks finds the one before or this one. For one writer at a time. */
    public void replace(String text) throws IOException {
        replace(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The same of bytes. */
    public void replace(byte[] content) throws IOException {
        publish(draft("new"), content, draft -> disk.rename(draft, file));
    }

    /**
     * Makes it by link(2), which fails on every file system when the name is taken.
     *
     * @param maker tells its draft from those of others who make it at the same moment
     * @return whether nobody had
     */
    public boolean make(String text, String maker) throws IOException {
        try {
            publish(draft(maker), text.getBytes(StandardCharsets.UTF_8), this::link);
            return true;
        } catch (FileAlreadyExistsException taken) {
            return false;
        }
    }

    private interface Publication {
        void of(Path draft) throws IOException;
    }

    private void publish(Path draft, byte[] content, Publication publication) throws IOException {
        disk.remove(draft);
        try {
            write(draft, content);
            publication.of(draft);
        } catch (IOException e) {
            discard(draft, e);
            throw e;
        }
        disk.sync(file.getParent());
    }

    private void link(Path draft) throws IOException {
        Files.createLink(file, draft);
        disk.remove(draft);
    }

    private void write(Path draft, byte[] content) throws IOException {
        try (FileChannel channel = disk.createFile(draft)) {
            for (ByteBuffer rest = ByteBuffer.wrap(content); rest.hasRemaining(); ) {
                channel.write(rest);
            }
        }
        disk.sync(draft);
    }

    private void discard(Path draft, IOException why) {
        try {
            disk.remove(draft);
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    private Path draft(String word) {
        String name = file.getFileName().toString();
        return file.resolveSibling((name.startsWith(".") ? name : "." + name) + "." + word);
    }
}
