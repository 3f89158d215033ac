package io.ckpt.kind;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.kernel.NamespaceSort;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A namespace that processes of a frozen job live in and its place does not.
 *
 * @param name as the kernel tells it: {@code uts:[4026531838]}
 * @param members the living processes in it
 */
public record OwnNamespace(NamespaceSort sort, String name, List<FrozenProcess> members) {
    public ObjectId id() {
        return new ObjectId("namespace:" + name);
    }

    public FrozenProcess first() {
        return members.get(0);
    }

    /** A member that sees all of its mounts, if there is one: the root directory of the others is not that of the namespace. */
    public FrozenProcess viewer() {
        return members.stream()
                .filter(process -> process.link("root").equals("/"))
                .findFirst()
                .orElse(first());
    }

    public List<Integer> innerPids() {
        return members.stream().map(FrozenProcess::innerPid).toList();
    }

    /** The namespace of a sort that a restart begins in. */
    public static ObjectId ofPlace(NamespaceSort sort) {
        return new ObjectId("namespace:" + sort.file());
    }

    /** What an id from here is the id of. */
    public static NamespaceSort sortOf(ObjectId id) {
        String file = id.value().split(":")[1];
        return Stream.of(NamespaceSort.values())
                .filter(sort -> sort.file().equals(file))
                .findFirst()
                .orElseThrow();
    }

    /** The one of a sort among them, which all are of the job's own. */
    public static Optional<ObjectId> ofSort(NamespaceSort sort, List<ObjectId> namespaces) {
        return namespaces.stream().filter(id -> sortOf(id) == sort).findFirst();
    }
}
