package io.ckpt.kind;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.UserNamespace;
import io.ckpt.kernel.NamespaceSort;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A namespace that processes of a frozen job live in and its place does not.
 *
 * @param name as the kernel tells it: {@code uts:[4026531838]}
 * @param members the living processes in it; of a user namespace there may be none, of a pid namespace they are those within
 *     it too, living or not
 * @param users user namespaces of the job's own that it lies in, from the inside out; a user namespace itself comes first
 */
public record OwnNamespace(NamespaceSort sort, String name, List<FrozenProcess> members, List<UserNamespace> users) {
    /** One that lies in none of the job's own. */
    public OwnNamespace(NamespaceSort sort, String name, List<FrozenProcess> members) {
        this(sort, name, members, List.of());
    }

    /** The user namespace that owns it, where that is the job's own; of a user namespace the one around it. */
    public Optional<ObjectId> owner() {
        return users.stream()
                .skip(sort == NamespaceSort.USER ? 1 : 0)
                .findFirst()
                .map(user -> new ObjectId("namespace:" + user.name()));
    }

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
