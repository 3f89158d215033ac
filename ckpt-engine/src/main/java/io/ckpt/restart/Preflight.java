package io.ckpt.restart;

import com.google.protobuf.Message;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.FileStatus;
import io.ckpt.freeze.Node;
import io.ckpt.freeze.NodeNames;
import io.ckpt.image.v1.Directories;
import io.ckpt.image.v1.Manifest;
import io.ckpt.image.v1.MountNamespace;
import io.ckpt.image.v1.NodeFacts;
import io.ckpt.image.v1.ObjectState;
import io.ckpt.image.v1.Scheduling;
import io.ckpt.kernel.KernelSeries;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kind.FileExpectation;
import io.ckpt.kind.NodeExpectation;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.RestartOptions;
import io.ckpt.procfs.CpuFlags;
import io.ckpt.registry.Kinds;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Compares an image with the node it is to be restarted on, before anything starts. Tells every obstacle at once. */
public final class Preflight {
    private final List<ObjectState> states;
    private final Objects objects;
    private final PlacePaths mounts;
    private final MappedFiles mapped;
    private final PlaceFiles files;
    private final Set<Integer> cpus;
    private final NodeNames node;
    private final Set<String> obstacles = new LinkedHashSet<>();
    private final Set<String> warnings = new LinkedHashSet<>();

    /**
     * @param files what lies at a path of the job's root directory now
     * @param cpus that the job may run on
     * @param node what the node shows to everybody
     */
    Preflight(List<ObjectState> states, PlaceFiles files, Collection<Integer> cpus, NodeNames node) {
        this.cpus = Set.copyOf(cpus);
        this.states = states;
        this.objects = new Objects(states);
        this.mounts = new PlacePaths(this.objects);
        this.mapped = new MappedFiles(this.objects, files);
        this.files = files;
        this.node = node;
    }

    /**
     * Returns what is worth telling.
     *
     * @throws Fault UNSUPPORTED_NODE with all obstacles
     */
    List<String> check(Manifest manifest, Node node, RestartOptions options) {
        obstacles.addAll(obstacles(manifest.getNode(), node.facts()));
        obstacles.addAll(new VdsoBridge(manifest, states, node.vdso()).obstacles());
        checkMounts();
        obstacles.addAll(mapped.obstacles());
        warnings.addAll(mapped.warnings());
        objects.of(Directories.class)
                .forEach((id, directories) ->
                        mounts.inNamespaceOf(id.number(), directories.getCwd()).ifPresent(this::checkDirectory));
        Kinds.inPlanningOrder().forEach(kind -> checkFiles(kind, options));
        Kinds.inPlanningOrder().forEach(this::checkShared);
        checkCpus();
        if (!obstacles.isEmpty()) {
            throw new Fault(
                    FaultCode.UNSUPPORTED_NODE,
                    "checkpoint " + manifest.getCheckpointId() + " cannot be restarted here:\n"
                            + String.join("\n", obstacles),
                    remedy(manifest));
        }
        return List.copyOf(warnings);
    }

    private String remedy(Manifest manifest) {
        return "remove the obstacles, or restart on a node like "
                + manifest.getNode().getHostname()
                + "; ckptctl nodes " + manifest.getCheckpointId() + " tells which are"
                + (mapped.obstacles().isEmpty()
                        ? ""
                        : "; a checkpoint that is taken with --embed-files brings programs and libraries along");
    }

    /** What of a node itself stands against a restart there; its files can only be looked at on it. */
    public static List<String> obstacles(NodeFacts wanted, NodeFacts node) {
        List<String> obstacles = new ArrayList<>();
        if (!wanted.getKernelRelease().equals(node.getKernelRelease())) {
            obstacle(wanted, node).ifPresent(obstacles::add);
        }
        List<String> missing = new CpuFlags(node.getCpuFlagsList()).missing(wanted.getCpuFlagsList());
        if (!missing.isEmpty()) {
            obstacles.add("the CPU lacks " + String.join(" ", missing));
        }
        if (isLaidOutOtherwise(wanted, node)) {
            obstacles.add("the CPU keeps some extended registers at other places than the one of the checkpoint");
        }
        return obstacles;
    }

    /** One processor has protection keys where another of its make has vectors. */
    private static boolean isLaidOutOtherwise(NodeFacts wanted, NodeFacts node) {
        return IntStream.range(0, Math.min(wanted.getXstateOffsetsCount(), node.getXstateOffsetsCount()))
                .filter(feature -> wanted.getXstateOffsets(feature) != 0 && node.getXstateOffsets(feature) != 0)
                .anyMatch(feature -> wanted.getXstateOffsets(feature) != node.getXstateOffsets(feature));
    }

    /** A kernel that is newer does for programs whatever the former did. */
    private static Optional<String> obstacle(NodeFacts wanted, NodeFacts node) {
        String release = "kernel " + node.getKernelRelease();
        String former = wanted.getKernelRelease() + ", under which the job was checkpointed";
        if (wanted.getVdso().isEmpty()) {
            return Optional.of(release + " is not " + former);
        }
        return KernelSeries.of(node.getKernelRelease()).isBefore(KernelSeries.of(wanted.getKernelRelease()))
                ? Optional.of(release + " is older than " + former)
                : Optional.empty();
    }

    private void checkMounts() {
        for (MountNamespace namespace : objects.of(MountNamespace.class).values()) {
            namespace.getMountsList().stream()
                    .filter(mount -> !mount.getSource().isEmpty() && !mount.getInner())
                    .filter(mount -> files.status(mount.getSource()).isEmpty())
                    .forEach(mount -> obstacles.add(
                            mount.getSource() + " is gone, and the job has it mounted at " + mount.getTarget()));
        }
    }

    /** Where to run is a wish, not a need. */
    private void checkCpus() {
        long elsewhere = objects.of(Scheduling.class).values().stream()
                .map(each -> BitSet.valueOf(each.getCpus().toByteArray()))
                .filter(mask -> !mask.isEmpty() && cpus.stream().noneMatch(mask::get))
                .count();
        if (elsewhere > 0) {
            warnings.add(elsewhere + " threads were bound to CPUs that are not to be had here: they run on any of "
                    + new TreeSet<>(cpus));
        }
    }

    private void checkDirectory(String path) {
        if (files.status(path).filter(FileStatus::isDirectory).isEmpty()) {
            obstacles.add("the working directory " + path + " is gone");
        }
    }

    private <S extends Message> void checkFiles(ObjectKind<?, S> kind, RestartOptions options) {
        if (kind instanceof FileExpectation.Source<?>) {
            @SuppressWarnings("unchecked")
            FileExpectation.Source<S> source = (FileExpectation.Source<S>) kind;
            objects.of(kind).forEach((id, state) -> source.expectation(state)
                    .flatMap(expected -> mounts.inPlace(id, expected.path()).map(expected::at))
                    .ifPresent(expected -> judge(expected, options)));
        }
    }

    private <S extends Message> void checkShared(ObjectKind<?, S> kind) {
        if (kind instanceof NodeExpectation<?>) {
            @SuppressWarnings("unchecked")
            NodeExpectation<S> expectation = (NodeExpectation<S>) kind;
            objects.of(kind).forEach((id, state) -> {
                if (!isApart(id)) {
                    expectation.obstacle(state, node).ifPresent(obstacles::add);
                    expectation.warning(state, node).ifPresent(warnings::add);
                }
            });
        }
    }

    /** What is made in a namespace of the job's own meets nobody of the node. */
    private boolean isApart(ObjectId id) {
        return OwnNamespace.ofSort(NamespaceSort.IPC, objects.around(id)).isPresent();
    }

    private void judge(FileExpectation expectation, RestartOptions options) {
        FileExpectation.Verdict verdict = expectation.judge(files.status(expectation.path()), options.files());
        if (verdict instanceof FileExpectation.Verdict.Obstacle obstacle) {
            obstacles.add(obstacle.reason() + " (" + obstacle.remedy() + ")");
        } else if (verdict instanceof FileExpectation.Verdict.Change change) {
            warnings.add(change.what());
        }
    }
}
