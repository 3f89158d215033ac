package io.ckpt.image;

import com.google.protobuf.ByteString;
import io.ckpt.fault.Fault;
import io.ckpt.image.v1.FileEntry;
import io.ckpt.image.v1.Link;
import io.ckpt.image.v1.Manifest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** The archive of an image whose owner and seal have been checked. */
record OpenArchive(ArchiveBytes bytes, Manifest manifest, byte[] seal, EntryTable entries) implements AutoCloseable {
    static OpenArchive open(Path image, Seal seal) {
        ArchiveBytes archive = openFile(image);
        try {
            SealedManifest.Checked checked = SealedManifest.read(archive, seal);
            EntryTable entries = EntryTable.of(checked.manifest().getFilesList());
            return new OpenArchive(archive, checked.manifest(), checked.seal(), entries);
        } catch (RuntimeException e) {
            close(archive);
            throw e;
        }
    }

    Path name() {
        return bytes.name();
    }

    Link link() {
        return Link.newBuilder()
                .setCheckpointId(manifest.getCheckpointId())
                .setSeal(ByteString.copyFrom(seal))
                .build();
    }

    /** An entry of which there is one. */
    FileEntry entry(String entryName) {
        return manifest.getFilesList().stream()
                .filter(file -> file.getName().equals(entryName))
                .findFirst()
                .orElseThrow(() -> ImageFormat.damaged(name(), "it has no " + entryName));
    }

    /** The content of an entry that has its hash in the manifest. */
    byte[] read(FileEntry entry) {
        return bytes.readHashed(entry);
    }

    /** Checks that all bytes between the contents of the entries are what they must be. */
    void checkFrame() {
        new ArchiveFrame(bytes, manifest).check(manifest.getFilesList(), file -> true);
    }

    private static ArchiveBytes openFile(Path image) {
        Ownership.require(image);
        try {
            Set<OpenOption> options = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            return new ArchiveBytes(image, FileChannel.open(image, options));
        } catch (IOException e) {
            throw Fault.io("open " + image, e);
        }
    }

    private static void close(ArchiveBytes archive) {
        try {
            archive.channel().close();
        } catch (IOException e) {
            throw Fault.io("close " + archive.name(), e);
        }
    }

    @Override
    public void close() {
        close(bytes);
    }
}
