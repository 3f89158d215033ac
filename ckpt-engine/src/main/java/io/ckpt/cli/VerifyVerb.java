package io.ckpt.cli;

import io.ckpt.v1.VerifyCheckpointRequest;
import io.ckpt.v1.VerifyCheckpointResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ckptctl verify}. */
@Command(
        name = "verify",
        header = "Read a checkpoint again and check it.",
        description = {
            "",
            "Reads the whole image and compares every hash and the seal. Exits with 65 when one differs.",
            ""
        },
        sortOptions = false,
        footerHeading = "%nExamples%n",
        footer = {"  ckptctl verify 4711-20260102T150405Z-7f3a", "  ckptctl verify --store /scratch/ckpt"})
final class VerifyVerb extends Verb {
    @Mixin
    private CheckpointChoice checkpoint = new CheckpointChoice();

    @Override
    int run(Connection connection, Screen screen) {
        VerifyCheckpointResponse answer = connection
                .checkpoints()
                .verifyCheckpoint(VerifyCheckpointRequest.newBuilder()
                        .setRef(checkpoint.ref())
                        .build());
        screen.answer(
                answer,
                out -> out.println("checkpoint " + answer.getCheckpoint().getId() + " is whole: "
                        + Quantity.bytes(answer.getVerifiedBytes()) + " read"));
        return 0;
    }
}
