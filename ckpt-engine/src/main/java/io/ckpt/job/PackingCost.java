package io.ckpt.job;

import io.ckpt.image.Compression;
import io.ckpt.image.v1.PastCheckpoint;
import java.util.OptionalDouble;

/**
 * What a checkpoint would have taken at another level. How the levels compare was measured on the heaps of numerical
 * programs; how fast this job is packed, and how fast its store is, the checkpoint itself tells.
 */
final class PackingCost {
    private PackingCost() {}

    /** Its time at that level as a share of the time it took; nothing where it does not tell. */
    static OptionalDouble share(PastCheckpoint past, int level) {
        if (past.getLevel() == level) {
            return OptionalDouble.of(1);
        }
        double took = (double) past.getPackNs() + past.getSinkNs();
        if (past.getLevel() == Compression.NONE || took == 0) {
            return OptionalDouble.empty();
        }
        double packing = past.getPackNs() * time(level) / time(past.getLevel());
        return OptionalDouble.of((packing + past.getSinkNs() * growth(past, level)) / took);
    }

    private static double growth(PastCheckpoint past, int level) {
        return level == Compression.NONE
                ? (double) past.getPlainBytes() / Math.max(1, past.getStoredBytes())
                : size(level) / size(past.getLevel());
    }

    private static double time(int level) {
        if (level == Compression.NONE) {
            return 0.4; // for the hashes
        }
        return level <= Compression.FAST ? 0.7 : level < Compression.SMALL ? 1 : level == Compression.SMALL ? 1.15 : 4;
    }

    private static double size(int level) {
        return level <= Compression.FAST ? 1.07 : level < Compression.SMALL ? 1 : 0.99;
    }
}
