package io.ckpt.checkpoint;

import io.ckpt.freeze.CgroupDirectory;
import io.ckpt.freeze.CgroupMounts;
import io.ckpt.freeze.FrozenJob;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.FrozenThread;
import io.ckpt.kind.CgroupBase;
import io.ckpt.kind.JobCgroup;
import io.ckpt.procfs.ProcCgroup;
import io.ckpt.procfs.ProcCgroup.Membership;
import io.ckpt.procfs.ProcStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The cgroups that a job made below those it was started in: all that hold its processes or nobody. Below one that it shares
 * with others, who may have made some too, or below the root, only those in which there are processes of the job.
 */
final class JobCgroups {
    private final List<FrozenProcess> living;
    private final Set<Integer> pids;
    private final Set<Integer> starters;
    private final Map<String, ProcCgroup> parsed = new HashMap<>();
    private final List<JobCgroup> own = new ArrayList<>();
    private final Map<String, Set<String>> lost = new TreeMap<>();

    JobCgroups(FrozenJob job, List<FrozenProcess> living, CgroupMounts mounts) {
        this.living = living;
        this.pids = job.processes().stream().map(FrozenProcess::pid).collect(Collectors.toSet());
        ProcStatus parent = ProcStatus.parse(job.outerText("status"));
        this.starters = Set.of(parent.pid(), parent.parent());
        CgroupBase.of(job).memberships().forEach(base -> look(base, mounts.directory(base)));
    }

    /** Outer ones before those in them. */
    List<JobCgroup> own() {
        return own;
    }

    /** One for the whole job, if any. */
    List<String> warnings() {
        return lost.isEmpty()
                ? List.of()
                : List.of("some processes will be in other cgroups after a restart, those of their place: "
                        + lost.entrySet().stream()
                                .map(each -> String.join(", ", each.getValue()) + " " + each.getKey())
                                .collect(Collectors.joining("; ")));
    }

    private void look(Membership base, Optional<CgroupDirectory> directory) {
        Map<Membership, List<FrozenProcess>> members = membersOf(base.name());
        members.keySet().stream()
                .filter(place -> !place.isWithin(base))
                .forEach(place -> lose(place, "which the job did not make below its own"));
        List<Membership> below =
                members.keySet().stream().filter(place -> place.isBelow(base)).toList();
        if (directory.isEmpty()) {
            below.forEach(place -> lose(place, "whose hierarchy is not mounted here"));
        } else {
            outermost(base, directory.get(), below).forEach(each -> descend(base, each, directory.get(), members));
        }
    }

    private Map<Membership, List<FrozenProcess>> membersOf(String hierarchy) {
        Map<Membership, List<FrozenProcess>> members = new HashMap<>();
        living.forEach(process -> parsed.computeIfAbsent(process.text("cgroup"), ProcCgroup::parse)
                .in(hierarchy)
                .ifPresent(place ->
                        members.computeIfAbsent(place, any -> new ArrayList<>()).add(process)));
        return members;
    }

    private Stream<Membership> outermost(Membership base, CgroupDirectory directory, List<Membership> below) {
        Stream<String> names = base.isRoot() || isShared(directory)
                ? below.stream().map(place -> place.from(base).split("/")[0]).distinct()
                : directory.children().stream().map(CgroupDirectory::name);
        return names.map(name -> base.inside("/" + name));
    }

    private boolean isShared(CgroupDirectory directory) {
        return directory.numbers("cgroup.procs").stream()
                .anyMatch(pid -> !pids.contains(pid) && !starters.contains(pid));
    }

    private void descend(
            Membership base, Membership place, CgroupDirectory around, Map<Membership, List<FrozenProcess>> members) {
        CgroupDirectory directory = around.child(place.path());
        String obstacle = obstacle(directory, around);
        if (obstacle.isEmpty()) {
            List<FrozenProcess> here = members.getOrDefault(place, List.of());
            own.add(new JobCgroup(base.name(), place.from(base), directory, around, here));
            noteThreads(place, directory, here);
            directory
                    .children()
                    .forEach(each ->
                            descend(base, base.inside("/" + place.from(base) + "/" + each.name()), directory, members));
        } else {
            members.keySet().stream().filter(each -> each.isWithin(place)).forEach(each -> lose(each, obstacle));
        }
    }

    /** Why a cgroup and all in it cannot be made again; empty when nothing is against it. */
    private String obstacle(CgroupDirectory directory, CgroupDirectory around) {
        int user = living.get(0).procStatus().uid().fileSystem();
        if (!pids.containsAll(directory.numbers("cgroup.procs"))) {
            return "which are shared with processes outside the job";
        }
        if (directory.text("cgroup.type").filter(type -> !type.equals("domain")).isPresent()) {
            return "which are threaded";
        }
        if (user != 0 && around.status().filter(status -> status.uid() == user).isEmpty()) {
            return "which uid " + user + " could not make";
        }
        return "";
    }

    private void noteThreads(Membership place, CgroupDirectory directory, List<FrozenProcess> here) {
        Set<Integer> expected = here.stream()
                .flatMap(process -> process.threads().stream())
                .map(FrozenThread::tid)
                .collect(Collectors.toSet());
        Set<Integer> found = new HashSet<>(directory.numbers(place.isUnified() ? "cgroup.threads" : "tasks"));
        expected.removeAll(pids); // a first thread that has ended may be seen or not
        found.removeAll(pids);
        if (!found.equals(expected)) {
            lose(place, "in which not all threads of their processes are, or some of others");
        }
    }

    private void lose(Membership place, String why) {
        lost.computeIfAbsent(why, any -> new TreeSet<>())
                .add(place.isUnified() ? place.path() : place.name() + ":" + place.path());
    }
}
