package io.ckpt.checkpoint;

import io.ckpt.freeze.FrozenJob;
import io.ckpt.freeze.StolenFile;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.OwnNamespace;
import java.util.HashSet;
import java.util.Set;

/** The kernel's tables of sockets are those of one network namespace: a job may have sockets in one, with their holders. */
final class SocketNetworks {
    private final JobNamespaces namespaces;
    private final String ofPlace;
    private final Set<String> seen = new HashSet<>();

    SocketNetworks(JobNamespaces namespaces, FrozenJob job) {
        this.namespaces = namespaces;
        this.ofPlace = job.outerLink("ns/" + NamespaceSort.NETWORK.file());
    }

    /** False for a socket that is refused. */
    boolean know(StolenFile file, CaptureContext context) {
        if (!file.link().startsWith("socket:")
                || namespaces.own(NamespaceSort.NETWORK).isEmpty()) {
            return true;
        }
        String network = file.socket().network();
        if (!network.equals(networkOf(file))) {
            Description.refuse(
                    file,
                    context,
                    "it was made in another network namespace than that of its process",
                    "let the program close it, or open it after the namespace");
            return false;
        }
        seen.add(network);
        if (seen.size() > 1) {
            Description.refuse(
                    file,
                    context,
                    "the job has sockets in several network namespaces",
                    "run the programs in one network namespace, or as jobs of their own");
        }
        return seen.size() == 1;
    }

    private String networkOf(StolenFile file) {
        return namespaces
                .of(file.process(), NamespaceSort.NETWORK)
                .map(OwnNamespace::name)
                .orElse(ofPlace);
    }
}
