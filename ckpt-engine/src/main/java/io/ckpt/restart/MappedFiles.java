package io.ckpt.restart;

import io.ckpt.freeze.FileStatus;
import io.ckpt.image.v1.BackingFile;
import io.ckpt.image.v1.EmbeddedFile;
import io.ckpt.image.v1.Mapping;
import io.ckpt.image.v1.MemoryLayout;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kind.BackingFiles;
import io.ckpt.kind.BuildId;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.OwnNamespace;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Programs and libraries that the job has mapped, compared with those that are there: whether those will do, or that of the
 * image takes their place.
 */
final class MappedFiles {
    private static final String MAY_WRITE = "mw";

    private final Objects objects;
    private final PlacePaths mounts;
    private final PlaceFiles files;
    private final Set<ObjectId> embedded;
    private final Set<ObjectId> shared = new HashSet<>();
    private final Set<ObjectId> needed = new HashSet<>();
    private final Set<ObjectId> compared = new HashSet<>();
    private final Set<String> obstacles = new LinkedHashSet<>();
    private final Set<String> warnings = new LinkedHashSet<>();

    MappedFiles(Objects objects, PlaceFiles files) {
        this.objects = objects;
        this.mounts = new PlacePaths(objects);
        this.files = files;
        this.embedded = objects.of(EmbeddedFile.class).keySet();
        objects.of(Mapping.class).forEach(this::noteShared);
        objects.of(MemoryLayout.class).forEach((id, layout) -> {
            if (isNamed(layout.getExecutable())) {
                compare(id, layout.getExecutable());
            }
        });
        objects.of(Mapping.class).forEach(this::compare);
    }

    private void noteShared(ObjectId id, Mapping mapping) {
        if (isNamed(mapping.getFile()) && mapping.getShared()) {
            shared.add(backing(id, mapping.getFile()));
        }
    }

    private void compare(ObjectId id, Mapping mapping) {
        if (isNamed(mapping.getFile()) && mapping.getShared()) {
            requireThere(id, mapping);
        } else if (isNamed(mapping.getFile())) {
            compare(id, mapping.getFile());
        }
    }

    private static boolean isNamed(BackingFile file) {
        return file.getPath().startsWith("/");
    }

    /** What stands against a restart, in full clauses. */
    Set<String> obstacles() {
        return obstacles;
    }

    /** What is worth telling. */
    Set<String> warnings() {
        return warnings;
    }

    /** True for a file of the image that is not needed, for the one that is there will do. */
    boolean spares(ObjectId id) {
        return embedded.contains(id) && !needed.contains(id);
    }

    private void compare(ObjectId id, BackingFile file) {
        Optional<String> path = mounts.inPlace(id, file.getPath());
        ObjectId backing = backing(id, file);
        if (path.isPresent() && compared.add(backing)) {
            files.status(path.get())
                    .ifPresentOrElse(
                            found -> compare(file, backing, path.get(), found), () -> replaceGone(backing, path.get()));
        }
    }

    /** The same build may have been installed at another time elsewhere. */
    private void compare(BackingFile file, ObjectId backing, String path, FileStatus found) {
        boolean sameTime = found.modifiedNanos() == file.getModifiedNs();
        boolean sameBuild = file.getBuildId().equals(BuildId.in(files.beginning(path, BuildId.BEGINNING)));
        if (found.size() != file.getSize()
                || !sameBuild
                || (!sameTime && file.getBuildId().isEmpty())) {
            replaceChanged(backing, path + " is not the file that the job has mapped: it has changed");
        } else if (!sameTime) {
            warnings.add(
                    path + " has another time of change than the file that the job has mapped; its build is the same");
        }
    }

    /** Nobody who maps a file shared may be given a copy of it while it is there. */
    private void replaceChanged(ObjectId backing, String why) {
        if (shared.contains(backing)) {
            obstacles.add(why + ", and the job shares it");
        } else {
            replace(backing, why);
        }
    }

    /** What is mapped shared is data, and may have changed. */
    private void requireThere(ObjectId id, Mapping mapping) {
        BackingFile file = mapping.getFile();
        Optional<String> gone = mounts.inPlace(id, file.getPath())
                .filter(path -> files.status(path).isEmpty());
        if (mapping.getFlagsList().contains(MAY_WRITE)) {
            gone.ifPresent(path -> obstacles.add(gone(path)));
        } else {
            gone.ifPresent(path -> replaceGone(backing(id, file), path));
        }
    }

    private void replaceGone(ObjectId backing, String path) {
        replace(backing, gone(path));
    }

    private static String gone(String path) {
        return path + " is gone, and the job has it mapped";
    }

    private void replace(ObjectId backing, String why) {
        if (embedded.contains(backing)) {
            needed.add(backing);
            warnings.add(why + "; it goes on with that of the checkpoint");
        } else {
            obstacles.add(why);
        }
    }

    private ObjectId backing(ObjectId id, BackingFile file) {
        return BackingFiles.id(OwnNamespace.ofSort(NamespaceSort.MOUNT, objects.around(id)), file.getPath());
    }
}
