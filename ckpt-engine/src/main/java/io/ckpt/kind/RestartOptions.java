package io.ckpt.kind;

/**
 * What the caller of a restart chose.
 *
 * @param files what happens to files that changed since the checkpoint
 */
public record RestartOptions(FilePolicy files) {
    /** Files of the job that changed since the checkpoint. */
    public enum FilePolicy {
        /** Sequentially written files are cut back to their recorded length; other changes are reported. */
        TRUNCATE,
        /** Any change refuses the restart. */
        STRICT,
        /** Files are opened as they are. */
        IGNORE
    }
}
