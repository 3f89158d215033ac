package io.ckpt.freeze;

/**
 * What stat(2) says.
 *
 * @param device st_dev as the kernel encodes it
 * @param mode type and permission bits
 * @param modifiedNanos st_mtim in nanoseconds since the epoch
 */
public record FileStatus(
        long device,
        long inode,
        int mode,
        int links,
        int uid,
        int gid,
        long rdevice,
        long size,
        long blocks,
        long modifiedNanos) {
    private static final int TYPE = 0170000;
    private static final int BLOCK = 512;

    /** Bytes of it that are not holes. */
    public long allocated() {
        return blocks * BLOCK;
    }

    public boolean isRegular() {
        return (mode & TYPE) == 0100000;
    }

    public boolean isDirectory() {
        return (mode & TYPE) == 0040000;
    }

    public boolean isCharacterDevice() {
        return (mode & TYPE) == 0020000;
    }

    public boolean isPipe() {
        return (mode & TYPE) == 0010000;
    }

    public boolean isSocket() {
        return (mode & TYPE) == 0140000;
    }
}
