package io.ckpt.image;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.v1.Manifest;

/**
 * Finds the manifest from the end of an archive, checks its seal, and checks that every entry has its place; around those
 * that are not of pages also that all bytes are what they must be.
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
        requireSameVersion(manifest);
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
                            + "; this ckpt reads version " + ImageFormat.VERSION,
                    "restart it with the version of ckpt that wrote it");
        }
    }

    /** Nothing that was released wrote one. */
    private void requireSameVersion(Manifest manifest) {
        if (manifest.getFormatVersion() != ImageFormat.VERSION) {
            throw new Fault(
                    FaultCode.IMAGE_TOO_OLD,
                    archive.name() + " has format version " + manifest.getFormatVersion() + "; this ckpt reads version "
                            + ImageFormat.VERSION,
                    "restart it with the version of ckpt that wrote it, and make a new checkpoint with this one");
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

    /** Files of pages are many, and what lies between them is none of what a restart reads. */
    private void checkFrame(Manifest manifest, long manifestAt, int manifestSize) {
        ArchiveFrame frame = new ArchiveFrame(archive, manifest);
        long end = frame.check(manifest.getFilesList(), file -> !ImageFormat.isPages(file.getName()));
        if (end != manifestAt - TarBlocks.BLOCK) {
            throw damaged("bytes are missing or left over before its manifest");
        }
        frame.check(ImageFormat.MANIFEST, manifestSize);
        frame.check(ImageFormat.SEAL, SealBlock.BYTES);
        frame.checkEnd();
    }

    private Fault damaged(String what) {
        return ImageFormat.damaged(archive.name(), what);
    }
}
