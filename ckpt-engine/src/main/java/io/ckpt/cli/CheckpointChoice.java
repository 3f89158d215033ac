package io.ckpt.cli;

import io.ckpt.v1.CheckpointRef;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which checkpoint a verb is about. */
final class CheckpointChoice {
    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            description =
                    "A checkpoint by its id, or JOB@latest for the newest of a job. May be left out where --store "
                            + "is given: then the newest of that store is meant.")
    private String name = "";

    @Option(
            names = "--store",
            paramLabel = "DIR",
            description = "Look in this directory instead of the site's store. Only for administrators.")
    private Optional<Path> store = Optional.empty();

    CheckpointRef ref() {
        return CheckpointRef.newBuilder()
                .setName(ArrayName.requireOne(name))
                .setStore(StoreOption.absolute(store))
                .build();
    }
}
