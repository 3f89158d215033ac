package io.ckpt.kind;

import io.ckpt.freeze.FileStatus;
import io.ckpt.kernel.FileMode;
import java.util.Optional;

/**
 * What a restart needs to find at a path of the job, and how it was at the checkpoint.
 *
 * @param type FileMode.REGULAR, DIRECTORY, PIPE, CHARACTER_DEVICE, or SOCKET for one that is made again and may be gone
 * @param deviceNumber st_rdev of a device; 0 for everything else
 * @param size length of a regular file; 0 for everything else
 * @param modifiedNanos time of the last change of a regular file; 0 for everything else
 * @param cutBack true when the job was appending or writing sequentially
 */
public record FileExpectation(
        String path, int type, long deviceNumber, long size, long modifiedNanos, boolean cutBack) {
    /** A kind whose objects are opened by path. */
    public interface Source<S> {
        /** Empty when another object asks for the same file. */
        Optional<FileExpectation> expectation(S state);
    }

    /** What a restart makes of the file that is there now. */
    public sealed interface Verdict {
        /** The restart would fail or harm the file. */
        record Obstacle(String reason, String remedy) implements Verdict {}

        /** Worth telling; the restart goes on. */
        record Change(String what) implements Verdict {}

        record Fine() implements Verdict {}
    }

    public static FileExpectation ofType(String path, int type) {
        return new FileExpectation(path, type, 0, 0, 0, false);
    }

    public static FileExpectation ofDevice(String path, long deviceNumber) {
        return new FileExpectation(path, FileMode.CHARACTER_DEVICE, deviceNumber, 0, 0, false);
    }

    /** The same of a file that is found by another path. */
    public FileExpectation at(String otherPath) {
        return new FileExpectation(otherPath, type, deviceNumber, size, modifiedNanos, cutBack);
    }

    public Verdict judge(Optional<FileStatus> found, RestartOptions.FilePolicy policy) {
        if (found.isEmpty() && type == FileMode.SOCKET) {
            return new Verdict.Fine();
        }
        if (found.isEmpty()) {
            return new Verdict.Obstacle(path + " is gone", "put it back, or choose another checkpoint");
        }
        FileStatus now = found.get();
        if ((now.mode() & FileMode.TYPE) != type || (deviceNumber != 0 && now.rdevice() != deviceNumber)) {
            return new Verdict.Obstacle(path + " is another kind of file now", "put the former file back");
        }
        return type == FileMode.REGULAR ? judgeChange(now, policy) : new Verdict.Fine();
    }

    private Verdict judgeChange(FileStatus now, RestartOptions.FilePolicy policy) {
        if (now.size() == size && now.modifiedNanos() == modifiedNanos) {
            return new Verdict.Fine();
        }
        String change = path + " has changed since the checkpoint (" + size + " bytes then, " + now.size() + " now)";
        return switch (policy) {
            case STRICT -> new Verdict.Obstacle(change, "put the former file back, or use --files truncate");
            case IGNORE -> new Verdict.Change(change);
            case TRUNCATE -> judgeCut(now, change);
        };
    }

    private Verdict judgeCut(FileStatus now, String change) {
        if (!cutBack) {
            return new Verdict.Change(change);
        }
        if (now.size() < size) {
            String remedy = "put the former file back, or use --files ignore to go on with the file as it is";
            return new Verdict.Obstacle(change + ": what the job had written is missing", remedy);
        }
        return now.size() == size ? new Verdict.Change(change) : new Verdict.Change(change + " and is cut back");
    }
}
