package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * tar(1) as an ordinary user: what he may not read is not read, and what he may not write is not written, wherever his
 * symbolic links lead meanwhile.
 */
public record OwnerTar(int uid, int gid) {
    /** Takes what an archive holds, or gives it. */
    public interface Stream<T> {
        void use(T stream) throws IOException;
    }

    /** Reads files and directories, by their absolute paths, into an archive. */
    public void pack(List<Path> paths, Stream<InputStream> archive) {
        List<String> arguments = new ArrayList<>(List.of("--create", "--file=-", "--sparse", "--format=pax", "--"));
        paths.forEach(path -> arguments.add(path.toString()));
        Process tar = start(arguments);
        try (InputStream out = tar.getInputStream()) {
            tar.getOutputStream().close();
            archive.use(out);
        } catch (IOException e) {
            tar.destroyForcibly();
            throw Fault.io("read what tar writes", e);
        }
        require(tar, "the files that go with the job cannot be read");
    }

    /** Writes files over those that are there, which stay the files that others have open. */
    public void unpack(Stream<OutputStream> archive) {
        Process tar = start(List.of("--extract", "--file=-", "--overwrite", "--preserve-permissions"));
        try (OutputStream in = tar.getOutputStream()) {
            archive.use(in);
        } catch (IOException e) {
            // tar has ended before its archive did: its own words say why
        } catch (RuntimeException damaged) {
            tar.destroyForcibly().onExit().join();
            throw damaged;
        }
        require(tar, "the files that go with the job cannot be written");
    }

    private Process start(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("setpriv", "--reuid", Integer.toString(uid), "--regid"));
        command.addAll(List.of(Integer.toString(gid), "--clear-groups", "tar", "--directory=/", "--absolute-names"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.PIPE);
        builder.environment().put("LC_ALL", "C");
        try {
            return builder.start();
        } catch (IOException e) {
            throw Fault.io("start tar", e);
        }
    }

    private static void require(Process tar, String what) {
        try {
            String said = new String(tar.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (tar.waitFor() != 0) {
                throw new Fault(FaultCode.IO_ERROR, what + ": " + said, "see that their owner may read and write them");
            }
        } catch (IOException e) {
            throw Fault.io("read what tar says", e);
        } catch (InterruptedException e) {
            tar.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new Fault(FaultCode.BUSY, what + ": interrupted", "try again");
        }
    }
}
