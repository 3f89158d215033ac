package io.ckpt.cli;

import com.google.protobuf.Duration;
import io.ckpt.v1.Checkpoint;
import io.ckpt.v1.CreateCheckpointRequest;
import io.ckpt.v1.CreateCheckpointRequest.Compression;
import io.ckpt.v1.WatchCheckpointRequest;
import io.ckpt.v1.WatchCheckpointResponse;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ckptctl checkpoint}. */
@Command(
        name = "checkpoint",
        header = "Checkpoint a job or a process tree.",
        description = {
            "",
            "Stops every thread of the job for a moment, records the job, lets it run on, and returns when the "
                    + "checkpoint is durable in the store.",
            "",
            "What cannot be carried is refused before anything is disturbed, all of it in one answer.",
            ""
        },
        sortOptions = false,
        footerHeading = "%nExamples%n",
        footer = {
            "  ckptctl checkpoint 4711",
            "  ckptctl checkpoint --pid 1234 --vacate --store /scratch/ckpt && \\",
            "      ckptctl restart --store /scratch/ckpt --detach"
        })
final class CheckpointVerb extends Verb {
    @ArgGroup(multiplicity = "1")
    private TargetChoice target;

    @Option(
            names = "--vacate",
            description =
                    "End the job when its checkpoint is durable; it executes nothing more. When this returns, the "
                            + "processes are gone.")
    private boolean vacate;

    @Option(
            names = "--store",
            paramLabel = "DIR",
            description =
                    "Write to this directory instead of the site's store. It must be there, belong to root, and be "
                            + "writable by nobody else. Only for administrators.")
    private Optional<Path> store = Optional.empty();

    @Option(
            names = "--deadline",
            paramLabel = "S",
            description =
                    "Give up, with exit status 75, as soon as it is known that the checkpoint cannot be durable within "
                            + "so many seconds: the last ones of the job took longer, or the time is over. The job "
                            + "goes on, and what is stored stays.")
    private Optional<Integer> deadline = Optional.empty();

    @Option(
            names = "--strategy",
            paramLabel = "HOW",
            description =
                    "How memory is captured: 'stop' while the job stands still, 'live' while it runs on, "
                            + "'delta' only what changed since the checkpoint before, 'auto' (default) as fits; what was done, and why, is in the result.")
    private Strategy strategy = Strategy.auto;

    /** As one types them. */
    enum Strategy {
        auto,
        stop,
        live,
        delta
    }

    @Option(
            names = "--compression",
            paramLabel = "HOW",
            converter = CompressionLevel.class,
            description =
                    "How memory is packed: 'none' at all, a level of zstd from 1 to 19, or 'auto' (default) as fits the "
                            + "store and the deadline; what was done, and why, is in the result.")
    private OptionalInt compression = OptionalInt.empty();

    @Option(
            names = "--cpus",
            paramLabel = "N",
            converter = PositiveNumber.class,
            description = "Pack with so many threads at most while the job runs on.")
    private OptionalInt cpus = OptionalInt.empty();

    @Option(
            names = "--bandwidth",
            paramLabel = "RATE",
            converter = PositiveNumber.class,
            description =
                    "Write so many MiB a second at most while the job runs on. No more is held in memory for that: under "
                            + "strategy 'live' a job waits that writes to its memory faster than it is copied.")
    private OptionalInt bandwidth = OptionalInt.empty();

    @Option(
            names = "--embed-files",
            description =
                    "Carry the programs and libraries that the job has mapped in the image, so that it can be restarted "
                            + "where they are missing or have been replaced.")
    private boolean embedFiles;

    @Override
    int run(Connection connection, Screen screen) {
        String operation = connection.checkpoints().createCheckpoint(request()).getOperationId();
        Checkpoint done = watch(connection, screen, operation);
        done.getWarningsList().forEach(screen::remark);
        screen.answer(done, out -> out.println(sentence(done)));
        return 0;
    }

    private CreateCheckpointRequest request() {
        CreateCheckpointRequest.Builder request = CreateCheckpointRequest.newBuilder()
                .setVacate(vacate)
                .setStore(StoreOption.absolute(store))
                .setEmbedFiles(embedFiles);
        target.tell(request::setJobId, request::setPid);
        request.setStrategy(
                switch (strategy) {
                    case auto -> CreateCheckpointRequest.Strategy.STRATEGY_UNSPECIFIED;
                    case stop -> CreateCheckpointRequest.Strategy.STRATEGY_STOP;
                    case live -> CreateCheckpointRequest.Strategy.STRATEGY_LIVE;
                    case delta -> CreateCheckpointRequest.Strategy.STRATEGY_DELTA;
                });
        compression.ifPresent(
                level -> request.setCompression(Compression.newBuilder().setLevel(level)));
        cpus.ifPresent(request::setCpus);
        bandwidth.ifPresent(mebibytes -> request.setBandwidth((long) mebibytes << 20));
        deadline.ifPresent(seconds -> request.setDeadline(Duration.newBuilder().setSeconds(seconds)));
        return request.build();
    }

    private static Checkpoint watch(Connection connection, Screen screen, String operation) {
        Iterator<WatchCheckpointResponse> changes = connection
                .checkpoints()
                .watchCheckpoint(WatchCheckpointRequest.newBuilder()
                        .setOperationId(operation)
                        .build());
        Checkpoint latest = Checkpoint.getDefaultInstance();
        try (ProgressView view = screen.progress()) {
            while (changes.hasNext()) {
                latest = changes.next().getCheckpoint();
                view.show(latest.getProgress());
            }
        }
        return latest;
    }

    private String sentence(Checkpoint done) {
        return String.format(
                "checkpoint %s of %s %s: frozen %s, %s captured, %s stored in %s, durable after %s",
                done.getId(),
                done.getJobId(),
                vacate ? "taken, the job is gone" : "taken, the job runs on",
                Quantity.duration(done.getFrozenDuration()),
                Quantity.bytes(done.getMemoryBytes()),
                Quantity.bytes(done.getStoredBytes()),
                done.getStore(),
                Quantity.duration(done.getTotalDuration()));
    }
}
