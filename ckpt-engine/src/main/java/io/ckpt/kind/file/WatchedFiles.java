package io.ckpt.kind.file;

import io.ckpt.freeze.FrozenProcess.FileHandle;
import io.ckpt.freeze.StolenFile;
import io.ckpt.kind.CaptureContext;
import io.ckpt.procfs.FdInfo.Handle;
import java.util.HexFormat;
import java.util.Optional;

/** Files that the kernel watches for a program: it tells them by inode only. */
final class WatchedFiles {
    private WatchedFiles() {}

    /** By its handle, or by a descriptor of the job: a file's name may have left the cache of the kernel. */
    static Optional<String> path(
            StolenFile watcher, int device, long inode, Optional<Handle> handle, CaptureContext context) {
        return handle.map(each ->
                        new FileHandle(device, each.type(), HexFormat.of().parseHex(each.bytes())))
                .flatMap(watcher.process()::pathOf)
                .or(() -> context.files().stream()
                        .filter(open -> open.status().inode() == inode && Names.isOrdinary(open))
                        .filter(open -> !Names.isGone(open))
                        .map(StolenFile::link)
                        .findFirst());
    }
}
