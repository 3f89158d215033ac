package io.ckpt.checkpoint;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.PageRange;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.ObjectState;
import io.ckpt.image.v1.ProcessEntry;
import io.ckpt.kind.ObjectId;
import io.ckpt.memory.EmbeddedFiles;
import io.ckpt.memory.PageSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A frozen job in words: everything but its bytes.
 *
 * @param processes parents before children
 * @param goneLeaders sessions and groups whose leader has ended and been reaped
 * @param pages private memory whose own pages are to be kept
 * @param contents files whose content is to be kept
 * @param written regular files that the job may have written to
 * @param embedded programs and libraries that go with it
 * @param warnings what the caller should know; full clauses
 */
record Description(
        List<ProcessEntry> processes,
        Set<Integer> goneLeaders,
        List<ObjectState> objects,
        List<Pages> pages,
        List<Content> contents,
        List<StolenFile> written,
        List<EmbeddedFiles.Found> embedded,
        List<String> warnings) {
    /**
     * One private mapping.
     *
     * @param common those of its pages that other processes share
     */
    record Pages(ObjectId id, FrozenProcess process, long start, long end, Optional<CommonPages> common) {
        PageSource source() {
            return common.isPresent() ? PageSource.shared(process) : PageSource.of(process, start, end);
        }

        /** Where the process has pages that it shares with nobody. */
        List<PageRange> own() {
            List<PageRange> there = process.anonymousPages(start, end);
            return common.map(shared -> shared.own(process, there)).orElse(there);
        }

        /** Where it has pages for all that share them. */
        List<PageRange> forAll() {
            return common.map(shared -> shared.broughtBy(process)).orElse(List.of());
        }
    }

    /** The first {@code length} bytes of a file. */
    record Content(ObjectId id, StolenFile file, long length) {}
}
