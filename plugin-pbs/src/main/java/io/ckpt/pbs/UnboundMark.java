package io.ckpt.pbs;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Lies where {@code pbs-action} looks while a job is put on hold, and keeps MoM from checkpointing the job, which would bind
 * it to its host. It counts when it is of the job's owner or root. On another host than the job's it does nothing.
 */
record UnboundMark(Path path) implements AutoCloseable {
    private static final Path DIRECTORY = Path.of("/run/ckpt/unbound");

    static UnboundMark of(String jobId) {
        if (jobId.contains("/")) {
            throw new Fault(FaultCode.USAGE, jobId + " is no job of PBS", "name it as qstat shows it");
        }
        UnboundMark mark = new UnboundMark(DIRECTORY.resolve(jobId));
        try {
            Files.createFile(mark.path);
        } catch (NoSuchFileException | FileAlreadyExistsException noJobHereOrMarked) {
            return mark;
        } catch (IOException e) {
            throw Fault.io("write " + mark.path, e);
        }
        return mark;
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw Fault.io("remove " + path, e);
        }
    }
}
