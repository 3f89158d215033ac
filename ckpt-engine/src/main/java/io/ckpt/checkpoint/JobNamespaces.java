package io.ckpt.checkpoint;

import io.ckpt.freeze.FrozenJob;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.UserNamespace;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.ProcessTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Namespaces that the processes of a job live in other than those that a restart begins in. */
final class JobNamespaces {
    /** But for those of pids, which are told by how deep they lie. */
    private static final Set<NamespaceSort> ENTERED = EnumSet.complementOf(EnumSet.of(NamespaceSort.PID));

    private final Map<String, OwnNamespace> own = new LinkedHashMap<>();
    private final Map<Integer, Map<NamespaceSort, OwnNamespace>> byProcess = new HashMap<>();

    JobNamespaces(FrozenJob job, List<FrozenProcess> living) {
        job.processes().forEach(this::notePids);
        for (NamespaceSort sort : ENTERED) {
            String file = "ns/" + sort.file();
            living.stream().limit(1).forEach(first -> {
                boolean isMadeForJob = sort == NamespaceSort.TIME;
                String ofPlace = isMadeForJob ? first.link(file) : job.outerLink(file);
                living.forEach(process -> note(process, sort, process.link(file), ofPlace));
            });
        }
        living.forEach(process -> noteOfChildren(ProcessTime.ofChildren(process), living.get(0)));
    }

    /** A zombie still has its numbers. */
    private void notePids(FrozenProcess process) {
        for (String name : process.pidNamespaces()) {
            own.computeIfAbsent(name, any -> new OwnNamespace(NamespaceSort.PID, name, new ArrayList<>()))
                    .members()
                    .add(process);
        }
    }

    /** One that a process made is not its own, and there need be no children yet. */
    private void noteOfChildren(String name, FrozenProcess first) {
        if (!name.equals(first.link("ns/" + NamespaceSort.TIME.file()))) {
            own.computeIfAbsent(name, any -> new OwnNamespace(NamespaceSort.TIME, name, new ArrayList<>()));
        }
    }

    private void note(FrozenProcess process, NamespaceSort sort, String name, String ofPlace) {
        if (!name.equals(ofPlace)) {
            if (!own.containsKey(name)) {
                own.put(name, found(process, sort, name));
            }
            OwnNamespace namespace = own.get(name);
            namespace.members().add(process);
            byProcess.computeIfAbsent(process.pid(), any -> new HashMap<>()).put(sort, namespace);
        }
    }

    /** Together with user namespaces around it that nobody may live in any more, the outermost first. */
    private OwnNamespace found(FrozenProcess process, NamespaceSort sort, String name) {
        List<UserNamespace> users = process.userNamespaces(sort);
        for (int i = users.size() - 1; i >= (sort == NamespaceSort.USER ? 1 : 0); i--) {
            List<UserNamespace> outwards = users.subList(i, users.size());
            String around = users.get(i).name();
            own.putIfAbsent(around, new OwnNamespace(NamespaceSort.USER, around, new ArrayList<>(), outwards));
        }
        return new OwnNamespace(sort, name, new ArrayList<>(), users);
    }

    Collection<OwnNamespace> own() {
        return own.values();
    }

    Collection<OwnNamespace> own(NamespaceSort sort) {
        return own.values().stream().filter(each -> each.sort() == sort).toList();
    }

    Optional<OwnNamespace> of(FrozenProcess process, NamespaceSort sort) {
        return Optional.ofNullable(
                byProcess.getOrDefault(process.pid(), Map.of()).get(sort));
    }

    /** What of the sorts the process has of its own. */
    List<ObjectId> of(FrozenProcess process, Collection<NamespaceSort> sorts) {
        return sorts.stream()
                .flatMap(sort -> of(process, sort).stream())
                .map(OwnNamespace::id)
                .toList();
    }
}
