package io.ckpt.kernel;

/** File types and permission bits of st_mode. */
public final class FileMode {
    public static final int TYPE = 0170000;
    public static final int SOCKET = 0140000;
    public static final int LINK = 0120000;
    public static final int REGULAR = 0100000;
    public static final int BLOCK_DEVICE = 0060000;
    public static final int DIRECTORY = 0040000;
    public static final int CHARACTER_DEVICE = 0020000;
    public static final int PIPE = 0010000;
    public static final int PERMISSIONS = 07777;

    private FileMode() {}
}
