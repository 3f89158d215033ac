package io.ckpt.kind;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.kernel.NamespaceSort;
import java.util.List;

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

    public List<Integer> innerPids() {
        return members.stream().map(FrozenProcess::innerPid).toList();
    }

    /** The namespace of a sort that a restart begins in. */
    public static ObjectId ofPlace(NamespaceSort sort) {
        return new ObjectId("namespace:" + sort.file());
    }

    /** True for the id of one of this sort. */
    public static boolean isOf(NamespaceSort sort, ObjectId id) {
        return id.value().startsWith(ofPlace(sort).value() + ":");
    }
}
