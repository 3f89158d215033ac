package io.ckpt.restart;

import io.ckpt.image.v1.MountNamespace;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.namespace.MountNamespaceKind;
import java.util.Map;
import java.util.Optional;

/** Where in the place lies what the job knows by a path of one of its mount namespaces; nowhere, what the restart makes. */
final class PlacePaths {
    private final Objects objects;
    private final Map<ObjectId, MountNamespace> namespaces;

    PlacePaths(Objects objects) {
        this.objects = objects;
        this.namespaces = objects.of(MountNamespace.class);
    }

    /** Of an object's own path. */
    Optional<String> inPlace(ObjectId object, String path) {
        Optional<ObjectId> own = OwnNamespace.ofSort(NamespaceSort.MOUNT, objects.around(object));
        return own.isEmpty() ? Optional.of(path) : MountNamespaceKind.inPlace(namespaces.get(own.get()), path);
    }

    /** Of a path as a process sees it. */
    Optional<String> inNamespaceOf(int innerPid, String path) {
        Optional<MountNamespace> own = namespaces.values().stream()
                .filter(namespace -> namespace.getMembersList().contains(innerPid))
                .findFirst();
        return own.isEmpty() ? Optional.of(path) : MountNamespaceKind.inPlace(own.get(), path);
    }
}
