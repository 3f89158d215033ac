package io.ckpt.fence;

import java.util.Optional;

/** The right of one node, in one boot, to run and to checkpoint one generation of a job. */
public record Lease(String job, int generation, NodeIdentity holder) {
    private static final int WORDS = 2;

    String line() {
        return holder.name() + " " + holder.boot() + "\n";
    }

    static Optional<Lease> parse(String job, int generation, String line) {
        String[] words = line.strip().split(" ");
        return words.length == WORDS
                ? Optional.of(new Lease(job, generation, new NodeIdentity(words[0], words[1])))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "generation " + generation + " of job " + job + " on node " + holder.name();
    }
}
