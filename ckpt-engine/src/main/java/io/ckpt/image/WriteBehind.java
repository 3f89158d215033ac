package io.ckpt.image;

import java.nio.file.Path;

/** Has bytes that were written begin their way to the disk; nobody waits for that, and nothing depends on it. */
public interface WriteBehind {
    /** Leaves all of it to the kernel and to the end. */
    WriteBehind NONE = (file, start, length) -> {};

    void begin(Path file, long start, long length);
}
