package io.ckpt.checkpoint;

import io.ckpt.fault.Fault;
import io.ckpt.freeze.Freezer;
import io.ckpt.freeze.FrozenJob;
import io.ckpt.freeze.JobRoot;
import io.ckpt.freeze.Launch;
import io.ckpt.freeze.NativeProcess;
import io.ckpt.freeze.Node;
import io.ckpt.image.Buffers;
import io.ckpt.image.ImageWriter;
import io.ckpt.kernel.Signals;
import io.ckpt.memory.MemoryStrategy;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;

/**
 * What a job stands still for, played with a family of our own that sleeps and an image that goes nowhere: code is loaded
 * and compiled then, not while a job waits for it.
 */
public final class Rehearsal {
    private static final Path SHELL = Path.of("/bin/sh");
    private static final String FAMILY = "sleep 60 & sleep 60 & sleep 60 & sleep 60 & wait";
    private static final Path NOWHERE = Path.of("/dev/null");
    private static final Duration FREEZE_LIMIT = Duration.ofSeconds(1);

    private final MemoryStrategy strategy;
    private final Buffers buffers;

    public Rehearsal(MemoryStrategy strategy, Buffers buffers) {
        this.strategy = strategy;
        this.buffers = buffers;
    }

    /** @throws Fault when it cannot be played here, of which nothing follows for a checkpoint */
    public void play(int times) {
        Node node = Node.here();
        Launch launch =
                Launch.of(SHELL, "-c", FAMILY).withDescriptors(-1, -1, -1).inNewSession();
        try (NativeProcess shell = NativeProcess.start(launch)) {
            play(times, shell.pid(), node);
        } catch (IOException e) {
            throw Fault.io("open " + NOWHERE, e);
        }
    }

    private void play(int times, int shell, Node node) throws IOException {
        try {
            for (int i = 0; i < times; i++) {
                play(new JobRoot.Tree(shell, false), node);
            }
        } finally {
            NativeProcess.signal(-shell, Signals.KILL);
        }
    }

    private void play(JobRoot root, Node node) throws IOException {
        try (FileChannel nowhere = FileChannel.open(NOWHERE, StandardOpenOption.WRITE);
                ImageWriter image = new ImageWriter(NOWHERE, nowhere, Instant.EPOCH, buffers);
                FrozenJob job = root.freeze(new Freezer(), FREEZE_LIMIT)) {
            Description description = job.whileHeld(() -> Describer.describe(job, node.cpus(), false, false));
            try (MemoryStrategy.Copy copy = strategy.begin(Checkpointer.runs(description), image)) {
                copy.thaw(job);
                description.objects().forEach(image::add);
                copy.finish();
            }
        }
    }
}
