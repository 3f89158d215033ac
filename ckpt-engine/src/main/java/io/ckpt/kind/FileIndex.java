package io.ckpt.kind;

import io.ckpt.freeze.FileStatus;
import io.ckpt.freeze.StolenFile;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The open file descriptions of a job by the inode that they lead to. */
public final class FileIndex {
    private record Inode(long device, long number) {}

    private final Map<Inode, Map<Integer, StolenFile>> descriptions = new LinkedHashMap<>();

    /** Takes every descriptor of a job, in the order of processes and numbers. */
    public FileIndex(Collection<StolenFile> files) {
        files.forEach(file -> descriptions
                .computeIfAbsent(inode(file), inode -> new TreeMap<>())
                .putIfAbsent(file.description(), file));
    }

    /** The first descriptor of each description of the inode that {@code file} leads to. */
    public List<StolenFile> descriptionsOf(StolenFile file) {
        return List.copyOf(descriptions.getOrDefault(inode(file), Map.of()).values());
    }

    private static Inode inode(StolenFile file) {
        FileStatus status = file.status();
        return new Inode(status.device(), status.inode());
    }
}
