package io.ckpt.kind.file;

import io.ckpt.freeze.StolenFile;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.procfs.FdInfo;
import java.util.List;
import java.util.Optional;

/** The descriptions of one pipe or FIFO, as far as the job holds them. */
record PipeSides(List<StolenFile> descriptions) {
    Optional<StolenFile> reader() {
        return descriptions.stream()
                .filter(file -> access(file) != OpenFlags.WRONLY)
                .findFirst();
    }

    Optional<StolenFile> writer() {
        return descriptions.stream()
                .filter(file -> access(file) != OpenFlags.RDONLY)
                .findFirst();
    }

    /** True when somebody outside the job must be reading what the job writes. */
    boolean isReadOutside() {
        return reader().isEmpty() && !holds(writer().orElseThrow(), EpollEvents.ERR);
    }

    /** True when somebody outside the job must be writing what the job reads; a FIFO may also be waiting for the first. */
    boolean isWrittenOutside() {
        return writer().isEmpty() && !holds(reader().orElseThrow(), EpollEvents.HUP);
    }

    boolean leadsOut() {
        return isReadOutside() || isWrittenOutside();
    }

    private static boolean holds(StolenFile file, int event) {
        return (file.poll(EpollEvents.IN | EpollEvents.OUT) & event) != 0;
    }

    private static int access(StolenFile file) {
        return FdInfo.parse(file.info()).flags() & OpenFlags.ACCESS_MODE;
    }
}
