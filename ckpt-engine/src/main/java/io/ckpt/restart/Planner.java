package io.ckpt.restart;

import com.google.protobuf.Message;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.v1.Credentials;
import io.ckpt.image.v1.DescriptorTable;
import io.ckpt.image.v1.Manifest;
import io.ckpt.image.v1.Mapping;
import io.ckpt.image.v1.ObjectState;
import io.ckpt.image.v1.ProcessEntry;
import io.ckpt.kernel.Prctl;
import io.ckpt.kernel.Signals;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.ProcessTree;
import io.ckpt.kind.RestartOptions;
import io.ckpt.plan.Barrier;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Plan;
import io.ckpt.plan.PlanEncoder;
import io.ckpt.plan.Program;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import io.ckpt.registry.Kinds;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns an image into a plan: a pure function of manifest, objects and options. */
public final class Planner {
    private static final int BLOCK = 0;
    private static final int LAST_SIGNAL = 64;

    private final Manifest manifest;
    private final Objects objects;
    private final ProcessTree tree;
    private final Iterator<Integer> helperPids;
    private final PlanDraft draft;
    private final List<Program> programs = new ArrayList<>();
    private Barrier created;
    private Barrier forked;
    private Barrier grouped;
    private Barrier mapped;

    private Planner(Manifest manifest, List<ObjectState> objects, RestartOptions options) {
        this.manifest = manifest;
        this.objects = new Objects(objects);
        this.tree = new ProcessTree(manifest.getProcessesList(), manifest.getGoneLeadersList());
        this.helperPids = Pids.ofHelpers(manifest);
        this.draft = new PlanDraft(options, ownerOf(), descriptorTables());
    }

    public static RestartPlan plan(Manifest manifest, List<ObjectState> objects, RestartOptions options) {
        return new Planner(manifest, objects, options).plan();
    }

    private RestartPlan plan() {
        planObjects();
        int living = (int) manifest.getProcessesList().stream()
                .filter(process -> !process.hasExitStatus())
                .count();
        created = new Barrier(0, "created", 1, true);
        forked = new Barrier(1, "forked", tree.size() + 1, false);
        grouped = new Barrier(2, "grouped", tree.size() + 1, false);
        mapped = new Barrier(3, "mapped", living, true);
        restorer();
        long length = PlanEncoder.holeLength(programs, List.of(created, forked, grouped, mapped));
        long start = Hole.find(mappings(), length);
        return new RestartPlan(
                new Plan(start, length, programs, List.of(created, forked, grouped, mapped)),
                created,
                mapped,
                contents(),
                taskCount(),
                tree.roots().get(0).getPid());
    }

    private void planObjects() {
        Kinds.inPlanningOrder().forEach(this::planAll);
    }

    private <S extends Message> void planAll(ObjectKind<?, S> kind) {
        objects.of(kind).forEach((id, state) -> kind.plan(id, state, draft));
    }

    /** The first program: makes what is shared, forks the job's first processes, and leaves. */
    private void restorer() {
        Program program = newProgram("restorer");
        Steps steps = new Steps(program, "restorer");
        steps.add(new Word.Move());
        quietSignals(steps);
        steps.call(SystemCall.UMASK, Operand.of(0));
        draft.takeOwnersGroups(steps);
        draft.nursery().appendTo(program, Fragments.Stage.CREATE);
        steps.add(new Word.Arrive(created));
        draft.nursery().appendTo(program, Fragments.Stage.FILLED);
        draft.nursery().appendTo(program, Fragments.Stage.CONNECT);
        List<Slot> standIns = forkStandIns(steps, ProcessTree.OUTSIDE);
        tree.bornOutside().forEach(root -> fork(steps, root));
        steps.add(new Word.Arrive(forked));
        steps.add(new Word.Arrive(grouped));
        standIns.forEach(standIn -> steps.add(new Word.Await(standIn)));
        steps.call(SystemCall.EXIT_GROUP, Operand.of(0));
    }

    /** Nothing interrupts the restart, and nothing that the place ignored or handled is inherited. */
    private static void quietSignals(Steps steps) {
        Data all = Data.struct(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1}, "~[]");
        steps.call(
                SystemCall.RT_SIGPROCMASK,
                Operand.named(BLOCK, "SIG_BLOCK"),
                all.address(),
                Operand.named(0, "NULL"),
                Operand.of(8));
        Data byDefault = Data.struct(new byte[32], "SIG_DFL");
        for (int signal = 1; signal <= LAST_SIGNAL; signal++) {
            if (signal != 9 && signal != 19) {
                steps.call(
                        SystemCall.RT_SIGACTION,
                        Operand.of(signal),
                        byDefault.address(),
                        Operand.named(0, "NULL"),
                        Operand.of(8));
            }
        }
    }

    private void fork(Steps parent, ProcessEntry process) {
        parent.fork(process.hasExitStatus() ? zombie(process) : living(process), process.getPid());
    }

    private Program living(ProcessEntry process) {
        Program program = newProgram("pid " + process.getPid());
        Steps steps = new Steps(program, "pid " + process.getPid() + " (" + process.getName() + ")");
        Fragments fragments = draft.process(process.getPid());
        if (tree.adopts(process)) {
            steps.call(
                    SystemCall.PRCTL,
                    Operand.named(Prctl.SET_CHILD_SUBREAPER, "PR_SET_CHILD_SUBREAPER"),
                    Operand.of(1));
        }
        enterSession(steps, process);
        fragments.appendTo(program, Fragments.Stage.SESSION);
        List<Slot> standIns = forkStandIns(steps, process.getPid());
        tree.bornInSession(process).forEach(child -> fork(steps, child));
        tree.adoptedInto(process.getPid()).forEach(orphan -> forkAsOrphan(steps, orphan));
        awaitGroups(steps, process, standIns);
        tree.zombiesOf(process).forEach(zombie -> awaitDeath(steps, zombie));
        forgetDeadChildren(steps);
        fragments.appendTo(program, Fragments.Stage.INSTALL);
        fragments.appendTo(program, Fragments.Stage.MAP);
        closeNursery(steps);
        steps.add(new Word.Arrive(mapped));
        process.getTidsList().stream()
                .filter(tid -> tid != process.getPid())
                .forEach(tid -> steps.startThread(thread(process, tid), tid));
        fragments.appendTo(program, Fragments.Stage.ARM);
        draft.thread(process.getPid()).appendTo(program, Fragments.Stage.ARM_THREAD);
        if (process.hasFirstThreadStatus()) {
            steps.call(
                    SystemCall.PRCTL,
                    Operand.named(Prctl.SET_NAME, "PR_SET_NAME"),
                    Operand.text(process.getName()));
        }
        steps.add(new Word.Park());
        return program;
    }

    private Program zombie(ProcessEntry process) {
        Program program = newProgram("pid " + process.getPid());
        Steps steps = new Steps(program, "pid " + process.getPid() + " (" + process.getName() + ", zombie)");
        enterSession(steps, process);
        List<Slot> standIns = forkStandIns(steps, process.getPid());
        tree.adoptedInto(process.getPid()).forEach(orphan -> fork(steps, orphan));
        awaitGroups(steps, process, standIns);
        die(steps, process.getExitStatus());
        return program;
    }

    private Program thread(ProcessEntry process, int tid) {
        Program program = newProgram("tid " + tid);
        draft.thread(tid).appendTo(program, Fragments.Stage.ARM_THREAD);
        new Steps(program, "pid " + process.getPid() + ", tid " + tid).add(new Word.Park());
        return program;
    }

    private void enterSession(Steps steps, ProcessEntry process) {
        tree.bornBeforeSession(process).forEach(child -> fork(steps, child));
        if (ProcessTree.isSessionLeader(process)) {
            steps.call(SystemCall.SETSID);
        } else if (ProcessTree.isGroupLeader(process)) {
            steps.call(SystemCall.SETPGID, Operand.of(0), Operand.of(0));
        }
    }

    /** A task in place of a leader that has gone, alive until every member has joined. */
    private Program standIn(int leader) {
        Program program = newProgram("stand-in " + leader);
        Steps steps = new Steps(program, "stand-in for leader " + leader);
        if (tree.isGoneSession(leader)) {
            steps.call(SystemCall.SETSID);
        } else {
            steps.call(SystemCall.SETPGID, Operand.of(0), Operand.of(0));
        }
        List<Slot> standIns = forkStandIns(steps, leader);
        tree.adoptedInto(leader).forEach(orphan -> fork(steps, orphan));
        steps.add(new Word.Arrive(forked));
        steps.add(new Word.Arrive(grouped));
        standIns.forEach(standIn -> steps.add(new Word.Await(standIn)));
        steps.call(SystemCall.EXIT_GROUP, Operand.of(0));
        return program;
    }

    private List<Slot> forkStandIns(Steps steps, int pid) {
        return tree.standInsOf(pid).stream()
                .map(leader -> steps.fork(standIn(leader), leader))
                .toList();
    }

    /** Through somebody who ends at once, so that the orphan goes to who adopts. */
    private void forkAsOrphan(Steps steps, ProcessEntry orphan) {
        Program parent = newProgram("parent of " + orphan.getPid());
        Steps birth = new Steps(parent, "former parent of pid " + orphan.getPid());
        fork(birth, orphan);
        birth.call(SystemCall.EXIT_GROUP, Operand.of(0));
        steps.add(new Word.Await(steps.fork(parent, helperPids.next())));
    }

    private void awaitGroups(Steps steps, ProcessEntry process, List<Slot> standIns) {
        steps.add(new Word.Arrive(forked));
        joinGroup(steps, process);
        steps.add(new Word.Arrive(grouped));
        standIns.forEach(standIn -> steps.add(new Word.Await(standIn)));
    }

    /** Setting a signal to be ignored, which is SIGCHLD's default, forgets the one that waits. */
    private static void forgetDeadChildren(Steps steps) {
        steps.call(
                SystemCall.RT_SIGACTION,
                Operand.named(Signals.CHLD, "SIGCHLD"),
                Data.struct(new byte[32], "SIG_DFL").address(),
                Operand.named(0, "NULL"),
                Operand.of(8));
    }

    private void joinGroup(Steps steps, ProcessEntry process) {
        if (tree.joinsGroup(process)) {
            steps.call(SystemCall.SETPGID, Operand.of(0), Operand.of(process.getPgid()));
        }
    }

    /** waitid(2) with WNOWAIT, so that the dead child stays a zombie. */
    private static void awaitDeath(Steps steps, ProcessEntry zombie) {
        steps.call(
                SystemCall.WAITID,
                Operand.named(1, "P_PID"),
                Operand.of(zombie.getPid()),
                Operand.named(0, "NULL"),
                Operand.named(0x01000004, "WEXITED|WNOWAIT"),
                Operand.named(0, "NULL"));
    }

    private static void die(Steps steps, int waitStatus) {
        int signal = waitStatus & 0x7f;
        if (signal != 0) {
            Data mask = Data.struct(new byte[8], "[]");
            steps.call(
                    SystemCall.RT_SIGPROCMASK,
                    Operand.named(2, "SIG_SETMASK"),
                    mask.address(),
                    Operand.named(0, "NULL"),
                    Operand.of(8));
            steps.call(SystemCall.PRCTL, Operand.named(4, "PR_SET_DUMPABLE"), Operand.of(0));
            steps.call(SystemCall.KILL, steps.call("self", SystemCall.GETPID), Operand.of(signal));
        }
        steps.call(SystemCall.EXIT_GROUP, Operand.of((waitStatus >> 8) & 0xff));
    }

    private void closeNursery(Steps steps) {
        steps.call(SystemCall.CLOSE_RANGE, Operand.of(draft.nurseryBase()), Operand.hex(0xffff_ffffL), Operand.of(0));
    }

    private Program newProgram(String name) {
        Program program = new Program(name);
        programs.add(program);
        return program;
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
