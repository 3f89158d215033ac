package io.ckpt.checkpoint;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.IpcObject;
import io.ckpt.freeze.NodeNames;
import io.ckpt.procfs.SharedSegments;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** System V objects that belong to a user of the job and that no living process uses: nothing tells whether the job will. */
record StraySystemV(Set<Integer> uids, boolean ownIpc, NodeNames node) {
    /** @param ownIpc true when the job has carried queues and semaphores with the whole ipc namespace */
    static StraySystemV of(Collection<FrozenProcess> processes, boolean ownIpc) {
        Set<Integer> uids = processes.stream()
                .map(process -> process.procStatus().uid().effective())
                .collect(Collectors.toSet());
        return new StraySystemV(uids, ownIpc, NodeNames.here());
    }

    List<String> warnings() {
        return Stream.concat(ownIpc ? Stream.of() : objects(), segments())
                .map(name -> name + " shows no process and is not carried, should it be the job's")
                .toList();
    }

    private Stream<String> objects() {
        return node.ipcObjects().stream()
                .filter(object -> uids.contains(object.entry().uid()))
                .filter(object -> object.users().isEmpty())
                .map(IpcObject::name);
    }

    private Stream<String> segments() {
        return SharedSegments.parse(node.text("/proc/sysvipc/shm")).segments().stream()
                .filter(segment -> uids.contains(segment.uid()) && segment.attached() == 0)
                .map(segment -> "System V segment " + segment.id());
    }
}
