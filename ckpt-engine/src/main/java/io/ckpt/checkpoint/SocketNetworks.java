package io.ckpt.checkpoint;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.StolenFile;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.SocketIndex;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * In which network namespace a socket is, which is not always that of its holder, and what the kernel's tables tell there: they
 * are read through a process that lives in it.
 */
final class SocketNetworks {
    private final JobNamespaces namespaces;
    private final SocketIndex ofAll;
    private final Set<String> inhabited;
    private final Map<String, SocketIndex> indices = new LinkedHashMap<>();

    SocketNetworks(JobNamespaces namespaces, List<FrozenProcess> living, List<StolenFile> files) {
        this.namespaces = namespaces;
        this.ofAll = new SocketIndex(files);
        this.inhabited = living.stream().map(SocketNetworks::network).collect(Collectors.toSet());
        if (!namespaces.own(NamespaceSort.NETWORK).isEmpty()) {
            living.forEach(process -> indices.computeIfAbsent(
                    network(process), any -> new SocketIndex(files, process, indices.values())));
        }
    }

    private static String network(FrozenProcess process) {
        return process.link("ns/" + NamespaceSort.NETWORK.file());
    }

    /** False for a socket that is refused. */
    boolean know(StolenFile file, CaptureContext context) {
        if (!isSocket(file) || inhabited.contains(file.socket().network())) {
            return true;
        }
        Description.refuse(
                file,
                context,
                "it was made in a network namespace that no process of the job lives in",
                "let the program close it, or open it after the namespace");
        return false;
    }

    SocketIndex of(StolenFile file) {
        return isElsewhere(file) ? indices.get(file.socket().network()) : ofAll;
    }

    /** The namespace of a socket, or of who holds another file, where that is the job's own. */
    Optional<ObjectId> around(StolenFile file) {
        return isElsewhere(file)
                ? namespaces.own(NamespaceSort.NETWORK).stream()
                        .filter(own -> own.name().equals(file.socket().network()))
                        .findFirst()
                        .map(OwnNamespace::id)
                : namespaces.of(file.process(), NamespaceSort.NETWORK).map(OwnNamespace::id);
    }

    /** True for a socket of a job with networks of its own. */
    private boolean isElsewhere(StolenFile file) {
        return !indices.isEmpty() && isSocket(file);
    }

    private static boolean isSocket(StolenFile file) {
        return file.link().startsWith("socket:");
    }
}
