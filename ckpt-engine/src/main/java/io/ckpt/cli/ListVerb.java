package io.ckpt.cli;

import io.ckpt.v1.Checkpoint;
import io.ckpt.v1.ListCheckpointsRequest;
import io.ckpt.v1.ListCheckpointsResponse;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ckptctl list}. */
@Command(
        name = "list",
        header = "List checkpoints, oldest first.",
        description = {
            "",
            "Shows your checkpoints; root and administrators see everybody's. What is damaged is told beside the list.",
            ""
        },
        sortOptions = false,
        footerHeading = "%nExamples%n",
        footer = {"  ckptctl list", "  ckptctl list 4711", "  ckptctl list --store /scratch/ckpt --json"})
final class ListVerb extends Verb {
    @Parameters(
            arity = "0..1",
            paramLabel = "JOB",
            description = "Only checkpoints of this job, or of the subjobs of this array.")
    private String job = "";

    @Option(
            names = "--store",
            paramLabel = "DIR",
            description = "Look in this directory instead of the site's store. Only for administrators.")
    private Optional<Path> store = Optional.empty();

    @Override
    int run(Connection connection, Screen screen) {
        Optional<ArrayName> array = ArrayName.of(job);
        ListCheckpointsResponse found = connection
                .checkpoints()
                .listCheckpoints(ListCheckpointsRequest.newBuilder()
                        .setJobId(array.isPresent() ? "" : job)
                        .setStore(StoreOption.absolute(store))
                        .build());
        ListCheckpointsResponse answer = only(array, found);
        answer.getWarningsList().forEach(screen::remark);
        screen.answer(answer, out -> print(answer.getCheckpointsList(), out));
        return 0;
    }

    private static ListCheckpointsResponse only(Optional<ArrayName> array, ListCheckpointsResponse found) {
        return found.toBuilder()
                .clearCheckpoints()
                .addAllCheckpoints(found.getCheckpointsList().stream()
                        .filter(each -> array.isEmpty() || array.get().covers(each.getJobId()))
                        .toList())
                .build();
    }

    private static void print(List<Checkpoint> checkpoints, PrintWriter out) {
        Table table = new Table(
                "ID", "JOB", "CREATED", "NODE", "UID", "TASKS", "MEMORY", "STORED", "NEEDS", "FROZEN", "STATE");
        for (Checkpoint checkpoint : checkpoints) {
            table.row(
                    checkpoint.getId(),
                    checkpoint.getJobId(),
                    Quantity.time(checkpoint.getCreateTime()),
                    checkpoint.getNode(),
                    Integer.toUnsignedString(checkpoint.getOwnerUid()),
                    Integer.toString(checkpoint.getThreadCount()),
                    Quantity.bytes(checkpoint.getMemoryBytes()),
                    Quantity.bytes(checkpoint.getStoredBytes()),
                    checkpoint.getNeedsCount() == 0 ? "-" : Integer.toString(checkpoint.getNeedsCount()),
                    Quantity.duration(checkpoint.getFrozenDuration()),
                    StagePhrase.of(checkpoint));
        }
        table.print(out);
    }
}
