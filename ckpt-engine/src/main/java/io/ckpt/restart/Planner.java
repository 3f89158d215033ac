package io.ckpt.restart;

import com.google.protobuf.Message;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.v1.Credentials;
import io.ckpt.image.v1.DescriptorTable;
import io.ckpt.image.v1.Manifest;
import io.ckpt.image.v1.Mapping;
import io.ckpt.image.v1.ObjectState;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PidNumbers;
import io.ckpt.kind.ProcessTree;
import io.ckpt.kind.RestartOptions;
import io.ckpt.place.ClockOffsets;
import io.ckpt.plan.Barrier;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Plan;
import io.ckpt.plan.PlanEncoder;
import io.ckpt.plan.Program;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import io.ckpt.registry.Kinds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Turns an image into a plan: a pure function of manifest, objects, options and clocks. */
public final class Planner {
    private final Manifest manifest;
    private final Objects objects;
    private final ProcessTree tree;
    private final PlanDraft draft;
    private final ProcessPrograms.Barriers barriers;
    private final ThreadNumbers numbers;
    private final ProcessPrograms programs;

    private Planner(
            Manifest manifest, List<ObjectState> objects, RestartOptions options, ClockOffsets clocks, boolean noted) {
        this.manifest = manifest;
        this.objects = new Objects(objects);
        this.tree = new ProcessTree(manifest.getProcessesList(), manifest.getGoneLeadersList());
        PidNumbers pids = PidNumbers.in(objects);
        HelperPids helperPids = new HelperPids(manifest, pids);
        this.draft = new PlanDraft(options, clocks, ownerOf(), descriptorTables(), pids, helperPids.ofJob());
        this.barriers = ProcessPrograms.Barriers.of(tree.size(), livingCount());
        this.numbers = new ThreadNumbers(
                Pids.withGivenThreads(manifest), pids, barriers.all().size());
        FreshMappings fresh = new FreshMappings(this.objects, noted);
        this.programs = new ProcessPrograms(tree, draft, fresh, pids, helperPids, barriers, numbers);
    }

    /**
     * @param clocks what the time namespace of the place adds to those of the node
     * @param noted whether the kernel is to note what the job writes from the start
     */
    public static RestartPlan plan(
            Manifest manifest, List<ObjectState> objects, RestartOptions options, ClockOffsets clocks, boolean noted) {
        return new Planner(manifest, objects, options, clocks, noted).plan();
    }

    private RestartPlan plan() {
        planObjects();
        restorer();
        numbers.close();
        List<Barrier> allBarriers = Stream.concat(barriers.all().stream(), numbers.barriers().stream())
                .toList();
        long length = PlanEncoder.holeLength(programs.all(), allBarriers);
        long start = Hole.find(mappings(), length);
        return new RestartPlan(
                new Plan(start, length, programs.all(), allBarriers),
                barriers.created(),
                barriers.mapped(),
                contents(),
                programs.faults(),
                taskCount(),
                tree.roots().get(0).getPid());
    }

    private void planObjects() {
        Kinds.inPlanningOrder().forEach(this::planAll);
        draft.planRest();
    }

    private <S extends Message> void planAll(ObjectKind<?, S> kind) {
        objects.of(kind).forEach((id, state) -> draft.within(objects.around(id), () -> kind.plan(id, state, draft)));
    }

    /** The first program: makes what is shared, forks the job's first processes, and leaves. */
    private void restorer() {
        Program program = programs.begin("restorer");
        Steps steps = new Steps(program, "restorer");
        steps.add(new Word.Move());
        SignalSteps.quiet(steps);
        steps.call(SystemCall.UMASK, Operand.of(0));
        draft.takeOwnersGroups(steps);
        draft.residents().reserve(steps);
        draft.nursery().appendTo(program, Fragments.Stage.CREATE);
        steps.add(new Word.Arrive(barriers.created()));
        draft.nursery().appendTo(program, Fragments.Stage.FILLED);
        draft.nursery().appendTo(program, Fragments.Stage.CONNECT);
        programs.forkRoots(steps);
        steps.call(SystemCall.EXIT_GROUP, Operand.of(0));
    }

    private int livingCount() {
        return (int) manifest.getProcessesList().stream()
                .filter(process -> !process.hasExitStatus())
                .count();
    }

    private int taskCount() {
        return manifest.getProcessesList().stream()
                .filter(process -> !process.hasExitStatus())
                .mapToInt(process -> process.getTidsCount() + (process.hasFirstThreadStatus() ? 1 : 0))
                .sum();
    }

    private List<Mapping> mappings() {
        return objects.of(Mapping.class).values().stream().toList();
    }

    private Map<ObjectId, Integer> contents() {
        Map<ObjectId, Integer> numbers = new LinkedHashMap<>();
        draft.contents().forEach(id -> numbers.put(id, draft.nurseryNumber(id)));
        return numbers;
    }

    private Credentials ownerOf() {
        int root = tree.roots().get(0).getPid();
        Credentials owner = objects.of(Credentials.class).get(ObjectId.thread(root));
        if (owner == null) {
            throw new Fault(
                    FaultCode.IMAGE_DAMAGED,
                    "the image does not say who owned process " + root,
                    "restart from an older checkpoint");
        }
        return owner;
    }

    private Map<Integer, DescriptorTable> descriptorTables() {
        Map<Integer, DescriptorTable> tables = new LinkedHashMap<>();
        objects.of(DescriptorTable.class).forEach((id, table) -> tables.put(id.number(), table));
        return tables;
    }
}
