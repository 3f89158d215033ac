package io.ckpt.daemon;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The name of a listening UNIX socket. The socket is bound in a directory that only root can enter, gets its owner and
 * mode there, and then takes its name: nobody else can ever reach it in between, whatever the umask is.
 */
final class SocketFile implements AutoCloseable {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE = mode("rwx------");
    private static final FileAttribute<Set<PosixFilePermission>> READABLE = mode("rwxr-xr-x");
    private static final Set<PosixFilePermission> GROUP_MAY_CONNECT = PosixFilePermissions.fromString("rw-rw----");

    private final Path path;
    private final String group;
    private final Path privateDirectory;

    private SocketFile(Path path, String group, Path privateDirectory) {
        this.path = path;
        this.group = group;
        this.privateDirectory = privateDirectory;
    }

    /** @throws Fault BUSY when somebody listens under this name already */
    static SocketFile prepare(Path path, String group) throws IOException {
        Files.createDirectories(path.getParent(), READABLE);
        refuseLiving(path);
        return new SocketFile(path, group, Files.createTempDirectory(path.getParent(), ".ckptd-", PRIVATE));
    }

    private static void refuseLiving(Path path) {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new Fault(
                    FaultCode.BUSY,
                    "a daemon listens on " + channel.getRemoteAddress() + " already",
                    "end it first, or give this one another Socket=");
        } catch (IOException nobodyListens) {
            // a name left by a daemon that was killed: taken over
        }
    }

    /** Where to bind. */
    Path draft() {
        return privateDirectory.resolve("s");
    }

    /** Gives the bound socket its owner, mode and name. */
    void publish() throws IOException {
        GroupPrincipal owner =
                path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
        PosixFileAttributeView view = Files.getFileAttributeView(draft(), PosixFileAttributeView.class);
        view.setGroup(owner);
        view.setPermissions(GROUP_MAY_CONNECT);
        Files.move(draft(), path, StandardCopyOption.ATOMIC_MOVE);
    }

    void remove() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new IllegalStateException(path + ": " + e, e);
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(draft());
        Files.deleteIfExists(privateDirectory);
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(String text) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
    }
}
