package io.ckpt.cli;

import io.ckpt.v1.GetPlanRequest;
import io.ckpt.v1.GetPlanResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ckptctl plan}. */
@Command(
        name = "plan",
        header = "Print the restart programme of a checkpoint.",
        description = {
            "",
            "Prints every system call that a restart on this node would make, stage by stage and process by process, "
                    + "as strace(1) would. Nothing is started.",
            ""
        },
        sortOptions = false,
        footerHeading = "%nExamples%n",
        footer = {"  ckptctl plan 4711@latest | less"})
final class PlanVerb extends Verb {
    @Mixin
    private CheckpointChoice checkpoint = new CheckpointChoice();

    @Override
    int run(Connection connection, Screen screen) {
        GetPlanResponse plan = connection
                .checkpoints()
                .getPlan(GetPlanRequest.newBuilder().setRef(checkpoint.ref()).build());
        screen.answer(plan, out -> plan.getText().lines().forEach(out::println));
        return 0;
    }
}
