package io.ckpt.kind;

import io.ckpt.kernel.InternetAddress;
import java.util.List;

/**
 * What the caller of a restart chose.
 *
 * @param files what happens to files that changed since the checkpoint
 * @param tcp what happens to connections whose other end is not in the job
 * @param addresses where sockets get another address than they had; the first that fits counts
 */
public record RestartOptions(FilePolicy files, TcpPolicy tcp, List<AddressChange> addresses) {
    /** With the defaults for sockets. */
    public RestartOptions(FilePolicy files) {
        this(files, TcpPolicy.CLOSE, List.of());
    }

    public InternetAddress moved(InternetAddress address) {
        return addresses.stream()
                .filter(change -> change.concerns(address))
                .findFirst()
                .map(change -> change.apply(address))
                .orElse(address);
    }

    /** Files of the job that changed since the checkpoint. */
    public enum FilePolicy {
        /** Sequentially written files are cut back to their recorded length; other changes are reported. */
        TRUNCATE,
        /** Any change refuses the restart. */
        STRICT,
        /** Files are opened as they are. */
        IGNORE
    }

    /** TCP connections whose other end is not in the job; UNIX ones can be refused or end. */
    public enum TcpPolicy {
        /** The job finds them reset (ECONNRESET). */
        CLOSE,
        /** They go on, for the other end still waits behind the same address. */
        ESTABLISHED,
        /** Any such connection refuses the restart. */
        REFUSE
    }
}
