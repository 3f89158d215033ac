package io.ckpt.memory;

import io.ckpt.freeze.KeptFile;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.ImageWriter;
import io.ckpt.image.Shares;
import io.ckpt.image.v1.ObjectState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Programs and libraries that go with the job. They are kept hold of while it is held and read once it goes on: nobody writes
 * to a program that runs, and who installs another one makes a new file.
 */
public final class EmbeddedFiles implements AutoCloseable {
    /** A file, and what the image says of it. */
    public record Found(ObjectState state, StolenFile file) {
        long bytes() {
            return file.status().size();
        }
    }

    /**
     * Those that go with a job.
     *
     * @param leftOut those that do not, in full clauses
     */
    public record Choice(List<Found> files, List<String> leftOut) {
        public long bytes() {
            return EmbeddedFiles.bytes(files);
        }
    }

    private record Kept(ObjectState state, KeptFile file) {
        PageRun run() {
            return new PageRun(state.getId(), PageSource.of(file), 0, file.size());
        }
    }

    /** What has more is an installation, which a node has or has not. */
    static final long MOST_BYTES = 2L << 30;

    private final List<Kept> files = new ArrayList<>();

    private EmbeddedFiles() {}

    /** What need not be stored once more. */
    public interface Stored {
        /** Bytes that the image before has of an object of such a length. */
        long bytes(String objectId, long length);
    }

    /**
     * What fits, for the memory of a job comes first.
     *
     * @param room bytes that the store has beside that
     */
    public static Choice choose(List<Found> found, long room, Stored before) {
        List<Found> chosen = new ArrayList<>();
        List<Found> others = new ArrayList<>();
        long left = room;
        for (Found each : found) {
            long fresh = each.bytes() - before.bytes(each.state().getId(), each.bytes());
            boolean fits = bytes(chosen) + each.bytes() <= MOST_BYTES && (fresh == 0 || fresh <= left);
            (fits ? chosen : others).add(each);
            left -= fits ? fresh : 0;
        }
        return new Choice(chosen, others.isEmpty() ? List.of() : List.of(leftOut(others, Math.min(MOST_BYTES, room))));
    }

    private static String leftOut(List<Found> others, long most) {
        return others.size() + " programs or libraries of " + (bytes(others) >> 20) + " MiB, "
                + others.get(0).state().getId() + " first, do not go with the job: beside its memory there is room for "
                + (Math.max(0, most) >> 20) + " MiB of such";
    }

    private static long bytes(List<Found> files) {
        return files.stream().mapToLong(Found::bytes).sum();
    }

    /** While the job is held. */
    public static EmbeddedFiles of(Choice choice) {
        EmbeddedFiles embedded = new EmbeddedFiles();
        try {
            choice.files().forEach(each -> embedded.files.add(new Kept(each.state(), KeptFile.of(each.file()))));
            return embedded;
        } catch (RuntimeException | Error e) {
            embedded.close();
            throw e;
        }
    }

    /** Once it goes on; what does not go with it, in full clauses. */
    public List<String> store(ImageWriter image, int threads) {
        List<PageRun> pieces = StopCopy.pieces(files.stream().map(Kept::run).toList());
        Shares.run(image.allowance(), threads, pieces.size(), "ckpt-embed", () -> {
            PageCopier copier = new PageCopier(image, image.compression().level());
            return Shares.worker(index -> copier.copy(pieces.get(index)), copier::close);
        });
        Map<Boolean, List<Kept>> unchanged =
                files.stream().collect(Collectors.partitioningBy(each -> each.file.isUnchanged()));
        unchanged.get(true).forEach(each -> image.add(each.state));
        return unchanged.get(false).stream()
                .map(each -> each.file.path() + " was written to while it was copied, and does not go with the job")
                .toList();
    }

    @Override
    public void close() {
        files.forEach(each -> each.file.close());
    }
}
