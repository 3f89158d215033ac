package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import java.util.ArrayList;
import java.util.List;

/** Standard input, output and error of some process, held here under our own numbers. */
public final class Stdio implements AutoCloseable {
    private static final int COUNT = 3;

    private final List<Integer> descriptors;
    private final boolean duplicates;

    private Stdio(List<Integer> descriptors, boolean duplicates) {
        this.descriptors = descriptors;
        this.duplicates = duplicates;
    }

    /** Those of {@code pid}; what it has closed is -1. */
    public static Stdio of(int pid) {
        if (pid == (int) ProcessHandle.current().pid()) {
            return new Stdio(List.of(0, 1, 2), false);
        }
        int process = KernelAnswer.require(LibCkpt.pidfdOpen(pid), () -> "pid " + pid + ": pidfd_open");
        try {
            List<Integer> duplicates = new ArrayList<>();
            for (int number = 0; number < COUNT; number++) {
                duplicates.add(Math.max(-1, LibCkpt.pidfdGetfd(process, number)));
            }
            return new Stdio(List.copyOf(duplicates), true);
        } finally {
            LibCkpt.close(process);
        }
    }

    public List<Integer> descriptors() {
        return descriptors;
    }

    @Override
    public void close() {
        if (duplicates) {
            descriptors.stream().filter(number -> number >= 0).forEach(LibCkpt::close);
        }
    }
}
