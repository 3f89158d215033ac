package io.ckpt.cli;

import io.ckpt.v1.Checkpoint;
import io.ckpt.v1.ConsolidateCheckpointRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ckptctl consolidate}. */
@Command(
        name = "consolidate",
        header = "Have a checkpoint need no other.",
        description = {
            "",
            "Writes what the checkpoint takes from those before it into its own image. It can be restarted at every "
                    + "moment, and so can those that need it.",
            ""
        },
        sortOptions = false,
        footerHeading = "%nExamples%n",
        footer = {"  ckptctl consolidate 4711@latest"})
final class ConsolidateVerb extends Verb {
    @Mixin
    private CheckpointChoice checkpoint = new CheckpointChoice();

    @Override
    int run(Connection connection, Screen screen) {
        Checkpoint whole = connection
                .checkpoints()
                .consolidateCheckpoint(ConsolidateCheckpointRequest.newBuilder()
                        .setRef(checkpoint.ref())
                        .build())
                .getCheckpoint();
        screen.answer(
                whole,
                out -> out.println("checkpoint " + whole.getId() + " stands alone: "
                        + Quantity.bytes(whole.getStoredBytes()) + " stored"));
        return 0;
    }
}
