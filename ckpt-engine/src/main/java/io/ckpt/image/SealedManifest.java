package io.ckpt.image;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.v1.FileEntry;
import io.ckpt.image.v1.Manifest;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * Finds the manifest from the end of an archive, checks its seal, and checks that all bytes between the contents of the
 * entries are what they must be.
 */
final class SealedManifest {
    /** Header and content of the seal, and the end of the archive. */
    private static final int TAIL = 2 * TarBlocks.BLOCK + TarBlocks.TRAILER;

    private final ArchiveBytes archive;
    private final Seal seal;

    private SealedManifest(ArchiveBytes archive, Seal seal) {
        this.archive = archive;
        this.seal = seal;
    }

    /** A manifest, and the seal that holds for it. */
    record Checked(Manifest manifest, byte[] seal) {}

    static Checked read(ArchiveBytes archive, Seal seal) {
        return new SealedManifest(archive, seal).read();
    }

    private Checked read() {
        long sealAt = archive.size() - TAIL;
        if (sealAt < TarBlocks.BLOCK) {
            throw damaged("it is too short to be an image");
        }
        SealBlock block = SealBlock.parse(archive.name(), archive.read(sealAt + TarBlocks.BLOCK, SealBlock.BYTES));
        long manifestAt = sealAt - block.manifestSize() - TarBlocks.padding(block.manifestSize());
        if (manifestAt < TarBlocks.BLOCK) {
            throw damaged("its manifest does not fit into it");
        }
        byte[] bytes = archive.read(manifestAt, block.manifestSize());
        Manifest manifest = parse(bytes);
        requireVersion(manifest);
        requireSeal(bytes, block);
        checkFrame(manifest, manifestAt, bytes.length);
        return new Checked(manifest, block.seal());
    }

    private Manifest parse(byte[] bytes) {
        try {
            return Manifest.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw ImageFormat.damaged(archive.name(), "its manifest cannot be read", e);
        }
    }

    private void requireVersion(Manifest manifest) {
        if (Integer.compareUnsigned(manifest.getFormatVersion(), ImageFormat.VERSION) > 0) {
            throw new Fault(
                    FaultCode.IMAGE_TOO_NEW,
                    archive.name() + " has format version " + Integer.toUnsignedString(manifest.getFormatVersion())
                            + "; this ckpt reads up to " + ImageFormat.VERSION,
                    "restart it with the version of ckpt that wrote it");
        }
    }

    private void requireSeal(byte[] bytes, SealBlock block) {
        if (!seal.holds(bytes, block.seal())) {
            throw new Fault(
                    FaultCode.NOT_PERMITTED,
                    "the seal of " + archive.name() + " does not hold: it was changed, or written under another key",
                    "use a checkpoint of this site; nodes that share a store need the same key file");
        }
    }

    /** Headers, paddings and end of the archive follow from the manifest. */
    private void checkFrame(Manifest manifest, long manifestAt, int manifestSize) {
        Instant time = Instant.ofEpochSecond(manifest.getCreateTime().getSeconds());
        long at = 0;
        for (FileEntry file : manifest.getFilesList()) {
            at = checkEntry(file.getName(), at, file.getSize(), time);
            if (file.getOffset() != at - file.getSize() - TarBlocks.padding(file.getSize())) {
                throw damaged(file.getName() + " is not where it should be");
            }
        }
        if (at != manifestAt - TarBlocks.BLOCK) {
            throw damaged("bytes are missing or left over before its manifest");
        }
        at = checkEntry(ImageFormat.MANIFEST, at, manifestSize, time);
        at = checkEntry(ImageFormat.SEAL, at, SealBlock.BYTES, time);
        expect(at, TarBlocks.zeros(TarBlocks.TRAILER), "its end");
    }

    /** Returns the place after the entry. */
    private long checkEntry(String name, long at, long size, Instant time) {
        long end = at + TarBlocks.BLOCK + size;
        if (size < 0 || end < 0 || end > archive.size()) {
            throw damaged(name + " does not fit into it");
        }
        expect(at, TarBlocks.header(name, size, time), "the header of " + name);
        expect(end, TarBlocks.zeros(TarBlocks.padding(size)), "the padding of " + name);
        return end + TarBlocks.padding(size);
    }

    private void expect(long at, ByteBuffer expected, String what) {
        if (!archive.read(at, ByteBuffer.allocate(expected.remaining())).equals(expected)) {
            throw damaged(what + " was changed");
        }
    }

    private Fault damaged(String what) {
        return ImageFormat.damaged(archive.name(), what);
    }
}
