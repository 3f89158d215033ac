package io.ckpt.freeze;

/** The values of stat(2) as the native library hands them over. */
final class FileStatuses {
    static final int VALUES = 11;

    private FileStatuses() {}

    static FileStatus of(long[] values) {
        return new FileStatus(
                values[0],
                values[1],
                (int) values[2],
                (int) values[3],
                (int) values[4],
                (int) values[5],
                values[6],
                values[7],
                values[8],
                values[9]);
    }
}
