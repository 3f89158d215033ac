package io.ckpt.cli;

import io.ckpt.v1.Checkpoint;
import io.ckpt.v1.DeleteCheckpointRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ckptctl delete}. */
@Command(
        name = "delete",
        header = "Delete a checkpoint.",
        description = {"", "The image is gone at once and cannot be brought back.", ""},
        sortOptions = false,
        footerHeading = "%nExamples%n",
        footer = {"  ckptctl delete 4711-20260102T150405Z-7f3a"})
final class DeleteVerb extends Verb {
    @Mixin
    private CheckpointChoice checkpoint = new CheckpointChoice();

    @Override
    int run(Connection connection, Screen screen) {
        Checkpoint deleted = connection
                .checkpoints()
                .deleteCheckpoint(DeleteCheckpointRequest.newBuilder()
                        .setRef(checkpoint.ref())
                        .build())
                .getCheckpoint();
        screen.answer(deleted, out -> out.println("checkpoint " + deleted.getId() + " deleted"));
        return 0;
    }
}
