package io.ckpt.slurm;

import io.ckpt.scheduler.JobRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;

/** Texts that scontrol printed on a real cluster whose clock stood in UTC. */
final class SlurmFixture {
    private SlurmFixture() {}

    static String text(String name) {
        try (InputStream in = SlurmFixture.class.getResourceAsStream("/slurm-22.05/" + name + ".txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JobRecord job(String name) {
        return SlurmJob.parse(text(name), ZoneOffset.UTC);
    }
}
