package io.ckpt.cli;

import io.ckpt.v1.Checkpoint;
import io.ckpt.v1.GetCheckpointRequest;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ckptctl show}. */
@Command(
        name = "show",
        header = "Show all about one checkpoint.",
        description = {"", "Shows what the manifest of the image says; verify reads the image itself.", ""},
        sortOptions = false,
        footerHeading = "%nExamples%n",
        footer = {"  ckptctl show 4711-20260102T150405Z-7f3a", "  ckptctl show 4711@latest --json"})
final class ShowVerb extends Verb {
    @Mixin
    private CheckpointChoice checkpoint = new CheckpointChoice();

    @Override
    int run(Connection connection, Screen screen) {
        Checkpoint shown = connection
                .checkpoints()
                .getCheckpoint(GetCheckpointRequest.newBuilder()
                        .setRef(checkpoint.ref())
                        .build())
                .getCheckpoint();
        screen.answer(shown, out -> print(shown, out));
        return 0;
    }

    private static void print(Checkpoint shown, PrintWriter out) {
        line(out, "checkpoint", shown.getId());
        line(out, "job", shown.getJobId() + ", generation " + shown.getGeneration());
        line(out, "owner", "uid " + shown.getOwnerUid() + ", gid " + shown.getOwnerGid());
        line(out, "created", Quantity.time(shown.getCreateTime()) + " on " + shown.getNode());
        line(out, "store", shown.getStore());
        line(out, "state", StagePhrase.of(shown));
        line(out, "tasks", shown.getProcessCount() + " processes, " + shown.getThreadCount() + " threads");
        line(out, "memory", Quantity.bytes(shown.getMemoryBytes()));
        line(out, "stored", Quantity.bytes(shown.getStoredBytes()));
        line(out, "frozen", Quantity.duration(shown.getFrozenDuration()));
        if (shown.getNeedsCount() > 0) {
            line(out, "needs", String.join(", ", shown.getNeedsList()));
        }
        line(out, "strategy", shown.getStrategy() + " (" + shown.getStrategyReason() + ")");
        if (!shown.getCompression().isEmpty()) {
            line(out, "packed", shown.getCompression() + " (" + shown.getCompressionReason() + ")");
        }
    }

    private static void line(PrintWriter out, String name, String value) {
        out.printf("%-11s %s%n", name, value);
    }
}
