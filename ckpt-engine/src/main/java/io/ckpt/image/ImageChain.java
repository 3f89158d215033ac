package io.ckpt.image;

import io.ckpt.fault.Fault;
import io.ckpt.image.v1.Link;
import io.ckpt.image.v1.Manifest;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Opens an image together with those that it needs. */
record ImageChain(Seal seal, LinkedImages images) {
    /** The image itself, then its links. */
    List<OpenArchive> open(Path image) {
        List<OpenArchive> archives = new ArrayList<>();
        try {
            archives.add(OpenArchive.open(image, seal));
            for (Link link : archives.get(0).manifest().getLinksList()) {
                archives.add(open(image, link));
            }
            return archives;
        } catch (RuntimeException e) {
            archives.forEach(OpenArchive::close);
            throw e;
        }
    }

    /** Faults as {@link #open} does for what is missing or was exchanged. */
    void require(Path image, Manifest manifest) {
        manifest.getLinksList().forEach(link -> open(image, link).close());
    }

    private OpenArchive open(Path image, Link link) {
        String why = "is missing";
        for (Path candidate : images.candidates(link.getCheckpointId())) {
            try {
                Optional<OpenArchive> found = openIfMeant(candidate, link);
                if (found.isPresent()) {
                    return found.get();
                }
                why = "is another one than it was";
            } catch (Fault fault) {
                why = "is no good: " + fault.getMessage();
            }
        }
        throw ImageFormat.damaged(
                image, "checkpoint " + link.getCheckpointId() + ", which holds what had not changed, " + why);
    }

    private Optional<OpenArchive> openIfMeant(Path candidate, Link link) {
        OpenArchive archive = OpenArchive.open(candidate, seal);
        if (MessageDigest.isEqual(archive.seal(), link.getSeal().toByteArray())) {
            return Optional.of(archive);
        }
        archive.close();
        return Optional.empty();
    }
}
