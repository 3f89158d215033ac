package io.ckpt.image;

import java.nio.file.Path;
import java.util.List;

/** Finds the images that an image needs. */
public interface LinkedImages {
    /** Where the image of a checkpoint may lie: files that are there. The seal tells which of them is meant. */
    List<Path> candidates(String checkpointId);

    /** For images that stand alone. */
    static LinkedImages none() {
        return id -> List.of();
    }
}
