package io.ckpt.service;

import io.ckpt.access.AccessRule;
import io.ckpt.access.Peer;
import io.ckpt.access.ProcessOwner;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.job.CheckpointName;
import io.ckpt.job.DamagedCheckpoint;
import io.ckpt.job.Engine;
import io.ckpt.job.JobStatus;
import io.ckpt.job.StoreQuery;
import io.ckpt.job.StoredCheckpoint;
import io.ckpt.v1.CheckpointRef;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a peer may see. Whatever he may not see is not there for him: the answer is the same, word for word, as for what
 * does not exist.
 */
record Visible(Engine engine, AccessRule rule) {
    /** The checkpoint a peer means. */
    StoredCheckpoint checkpoint(Peer peer, CheckpointRef ref) {
        CheckpointName name = CheckpointName.parse(ref.getName(), store(peer, ref.getStore()));
        if (rule.administers(peer)) {
            return engine.show(name);
        }
        return checkpoints(peer, new StoreQuery(name.store(), Optional.empty())).stream()
                .filter(checkpoint -> name.selector().matches(checkpoint))
                .reduce((older, newer) -> newer)
                .orElseGet(() -> engine.show(damaged(peer, name)));
    }

    /** The name of a checkpoint that a peer may delete, whole or damaged. */
    CheckpointName deletable(Peer peer, CheckpointRef ref) {
        CheckpointName name = CheckpointName.parse(ref.getName(), store(peer, ref.getStore()));
        return isHis(peer, name) ? name : CheckpointName.of(checkpoint(peer, ref));
    }

    private boolean isHis(Peer peer, CheckpointName name) {
        return name.selector() instanceof CheckpointName.Id
                && (rule.administers(peer) || engine.owner(name).stream().anyMatch(uid -> rule.mayTouch(peer, uid)));
    }

    /** What is wrong with a checkpoint is its owner's to know. */
    private CheckpointName damaged(Peer peer, CheckpointName name) {
        return Optional.of(name)
                .filter(each -> isHis(peer, each))
                .or(() -> newestDamaged(peer, name))
                .orElseThrow(() -> absent(peer, "checkpoint " + name));
    }

    private Optional<CheckpointName> newestDamaged(Peer peer, CheckpointName name) {
        return name.selector() instanceof CheckpointName.LatestOf wanted
                ? damaged(peer, new StoreQuery(name.store(), Optional.of(wanted.job())))
                        .max(Comparator.comparing(DamagedCheckpoint::begun))
                        .map(each -> new CheckpointName(name.store(), new CheckpointName.Id(each.id())))
                : Optional.empty();
    }

    /** Checkpoints of a store that are the peer's, oldest first. */
    List<StoredCheckpoint> checkpoints(Peer peer, StoreQuery query) {
        return engine.list(readable(peer, query)).stream()
                .filter(each -> query.job().map(each.job()::equals).orElse(true))
                .filter(each -> rule.mayTouch(peer, each.ownerUid()))
                .toList();
    }

    /** What is read for the peer: always the whole store, or the time of the answer would tell whose jobs there are. */
    private StoreQuery readable(Peer peer, StoreQuery query) {
        return rule.administers(peer) ? query : new StoreQuery(query.store(), Optional.empty());
    }

    /** What is wrong with those of the peer's checkpoints that cannot be restarted. */
    List<String> damage(Peer peer, StoreQuery query) {
        return damaged(peer, query).map(DamagedCheckpoint::toString).toList();
    }

    /** The same of those that are newer than the one that a name led to, other than by its id. */
    List<String> passedOver(Peer peer, CheckpointRef ref, StoredCheckpoint chosen) {
        if (ref.getName().equals(chosen.id())) {
            return List.of();
        }
        Instant second = chosen.created().truncatedTo(ChronoUnit.SECONDS);
        return damaged(peer, new StoreQuery(Optional.of(chosen.store()), Optional.of(chosen.job())))
                .filter(each -> !each.begun().isBefore(second))
                .map(each -> "passed over: " + each)
                .toList();
    }

    private Stream<DamagedCheckpoint> damaged(Peer peer, StoreQuery query) {
        return engine.damaged(readable(peer, query)).stream()
                .filter(each -> query.job().map(each.job()::equals).orElse(true))
                .filter(each ->
                        rule.administers(peer) || each.ownerUid().stream().anyMatch(uid -> rule.mayTouch(peer, uid)));
    }

    List<JobStatus> jobs(Peer peer) {
        return engine.jobs().stream()
                .filter(job -> rule.mayTouch(peer, job.ownerUid()))
                .toList();
    }

    JobStatus job(Peer peer, String id) {
        return jobs(peer).stream()
                .filter(job -> job.id().equals(id))
                .findFirst()
                .orElseThrow(() -> absent(peer, "job " + id));
    }

    /** Uid of the owner of a living process. */
    int process(Peer peer, int pid) {
        return ProcessOwner.of(pid)
                .map(ProcessOwner::uid)
                .filter(uid -> rule.mayTouch(peer, uid))
                .orElseThrow(() -> absent(peer, "process " + pid));
    }

    /** Work of this daemon by its id. */
    <T> Watched<T> operation(Peer peer, Operations<T> operations, String id, OwnerOf<T> owner) {
        return operations
                .find(id)
                .filter(work -> rule.mayTouch(peer, owner.uid(work.value())))
                .orElseThrow(() -> absent(peer, "operation " + id));
    }

    /** A directory named by the caller: as root reads and writes there, only administrators may name one. */
    Optional<Path> store(Peer peer, String directory) {
        if (directory.isEmpty()) {
            return Optional.empty();
        }
        if (!rule.administers(peer)) {
            throw new Fault(
                    FaultCode.NOT_PERMITTED,
                    "only an administrator may name a store directory",
                    "leave --store out: the site's store is used");
        }
        Path path = Path.of(directory);
        if (!path.isAbsolute()) {
            throw new Fault(FaultCode.USAGE, "store " + directory + " is not an absolute path", "give the whole path");
        }
        return Optional.of(path.normalize());
    }

    private Fault absent(Peer peer, String what) {
        String no = "no " + what + (rule.administers(peer) ? "" : " of yours");
        return new Fault(FaultCode.NOT_FOUND, no, "see ckptctl list and ckptctl status");
    }

    /** How the owner of a resource is read. */
    interface OwnerOf<T> {
        int uid(T resource);
    }
}
