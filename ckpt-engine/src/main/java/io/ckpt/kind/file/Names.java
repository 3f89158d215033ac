package io.ckpt.kind.file;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.FileStatus;
import io.ckpt.freeze.Rights.Access;
import io.ckpt.freeze.StolenFile;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.procfs.FdInfo;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the name of an open file tells, as /proc shows it. */
final class Names {
    private static final String DELETED = " (deleted)";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern PROCESS = Pattern.compile("/proc/\\d+(/.*)?");
    /** Where an NFS client keeps a deleted file that is still open; it is removed with the last close. */
    private static final Pattern RENAMED_BY_NFS = Pattern.compile(".*/\\.nfs[0-9a-f]{16,}");

    private Names() {}

    /** True for what was opened by a path that can be opened again: no object of the kernel, no O_PATH. */
    static boolean isOrdinary(StolenFile file) {
        return file.link().startsWith("/") && (FdInfo.parse(file.info()).flags() & OpenFlags.PATH) == 0;
    }

    /** True when nothing can be opened under the name any more, or not once the job is gone. */
    static boolean isGone(StolenFile file) {
        return file.status().links() == 0
                || RENAMED_BY_NFS.matcher(file.link()).matches()
                || (file.link().endsWith(DELETED) && !leadsTo(file, file.link()));
    }

    /** The path to open it by: a file that was deleted under one name may have another one in the same directory. */
    static Optional<String> path(StolenFile file) {
        if (!isGone(file)) {
            return Optional.of(file.link());
        }
        String directory = parent(formerPath(file));
        return file.status().links() == 0 || !file.link().endsWith(DELETED)
                ? Optional.empty()
                : file.process().nameIn(directory, file.status()).map(name -> directory + "/" + name);
    }

    /** The path without what the kernel appends to the name of a deleted file. */
    static String formerPath(StolenFile file) {
        String link = file.link();
        return link.endsWith(DELETED) ? link.substring(0, link.length() - DELETED.length()) : link;
    }

    /** Refuses files that describe one process: while a job is rebuilt that process is not there yet. */
    static void refuseProcess(StolenFile file, CaptureContext context) {
        if (PROCESS.matcher(file.link()).matches()) {
            Description.refuse(file, context, "it describes a process", "close it, and open it when it is read");
        }
    }

    /**
     * Refuses what its path does not lead to: it lies below another mount, or in one that is attached nowhere, see
     * open_tree(2). Behind chroot(2) names are those from outside, and nothing is said of them.
     */
    static void refuseUnreachable(StolenFile file, CaptureContext context) {
        if (file.process().link("root").equals("/") && leadsElsewhere(file)) {
            Description.refuse(file, context, "its path does not lead to it", "close it before the checkpoint");
        }
    }

    /** Says that a file will be opened by its name; or made and opened in its directory, when the name is gone. */
    static void opens(StolenFile file, CaptureContext context, int access) {
        Optional<String> path = isGone(file) ? path(file) : Optional.of(file.link());
        context.opens(
                file.process().pid(),
                file.title(),
                path.orElseGet(() -> directory(file)),
                path.isPresent() ? access : Access.WRITE | Access.SEARCH);
    }

    /** The directory that held the name of {@code file}, or the nearest one above it that is still there. */
    static String directory(StolenFile file) {
        String directory = parent(formerPath(file));
        while (!isDirectory(file, directory)) {
            directory = parent(directory);
        }
        return directory;
    }

    /** A name for what must have one while it is made. */
    static String passing() {
        byte[] unforeseen = new byte[16];
        RANDOM.nextBytes(unforeseen);
        return ".ckpt-" + HexFormat.of().formatHex(unforeseen);
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(1, path.lastIndexOf('/')));
    }

    static boolean isDirectory(StolenFile file, String path) {
        try {
            return path.equals("/") || file.process().status("root" + path).isDirectory();
        } catch (Fault missing) {
            return false;
        }
    }

    private static boolean leadsTo(StolenFile file, String path) {
        try {
            return isThat(file, file.process().linkStatus("root" + path));
        } catch (Fault missing) {
            return false;
        }
    }

    /** Some file systems show themselves to their user alone. */
    private static boolean leadsElsewhere(StolenFile file) {
        try {
            return !isThat(file, file.process().linkStatus("root" + file.link()));
        } catch (Fault fault) {
            return fault.code() != FaultCode.NOT_PERMITTED;
        }
    }

    private static boolean isThat(StolenFile file, FileStatus found) {
        return found.device() == file.status().device()
                && found.inode() == file.status().inode();
    }
}
