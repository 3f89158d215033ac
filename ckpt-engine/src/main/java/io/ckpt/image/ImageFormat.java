package io.ckpt.image;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.nio.file.Path;

/** Names and numbers of the format. */
public final class ImageFormat {
    /** The version that this program writes and reads. */
    public static final int VERSION = 3;

    /** Name of the image file in the directory of a checkpoint. */
    public static final String FILE = "image.tar";

    /** Name of an image that others were made to need before {@link #FILE} took its place. */
    public static final String FORMER_FILE = "former-image.tar";

    /** Most bytes of memory in one extent. */
    public static final int EXTENT_BYTES = 1 << 20;

    /**
     * Most bytes that are packed and hashed as one: somebody may wait for a page of them. Heaps of programs pack as well in
     * such pieces as in whole extents.
     */
    public static final int PIECE_BYTES = 32 << 10;

    public static final int PAGE_BYTES = 4096;

    static final String MANIFEST = "manifest.pb";
    static final String SEAL = "manifest.seal";
    static final String EXTENTS = "extents.pb";
    static final String INDEX = "index.pb";

    private ImageFormat() {}

    static String pages(int number) {
        return String.format("pages-%05d", number);
    }

    static String objects(int number) {
        return String.format("objects-%05d.pb.zst", number);
    }

    static boolean isObjects(String name) {
        return name.startsWith("objects-");
    }

    static boolean isPages(String name) {
        return name.startsWith("pages-");
    }

    /** Number of the block that an address lies in; no extent reaches beyond its block. */
    static long block(long address) {
        return Math.floorDiv(address, EXTENT_BYTES);
    }

    static Fault damaged(Path image, String what) {
        return damaged(image, what, null);
    }

    static Fault damaged(Path image, String what, Throwable cause) {
        return new Fault(
                FaultCode.IMAGE_DAMAGED,
                image + " is damaged: " + what,
                "restart from another checkpoint; ckptctl list shows which are good",
                cause);
    }
}
