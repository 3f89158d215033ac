package io.ckpt.restart;

import io.ckpt.image.v1.ProcessEntry;
import io.ckpt.kernel.Prctl;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.PidBirths;
import io.ckpt.kind.PidNumbers;
import io.ckpt.kind.ProcessTree;
import io.ckpt.plan.Barrier;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Program;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The programs of all tasks: who forks whom before and after entering a session, who stands in for a leader that has
 * gone, and how an orphan comes to the process that adopted it.
 */
final class ProcessPrograms {
    private static final int CLOEXEC = 02000000;
    private static final int NONBLOCK = 04000;

    private final ProcessTree tree;
    private final PlanDraft draft;
    private final FreshMappings fresh;
    private final PidNumbers pids;
    private final NestedForks forks;
    private final HelperPids helperPids;
    private final Barriers barriers;
    private final ThreadNumbers numbers;
    private final List<Program> all = new ArrayList<>();
    private final Map<Integer, Slot> faults = new HashMap<>();

    /** @param helperPids pids that nobody of the job has */
    ProcessPrograms(
            ProcessTree tree,
            PlanDraft draft,
            FreshMappings fresh,
            PidNumbers pids,
            HelperPids helperPids,
            Barriers barriers,
            ThreadNumbers numbers) {
        this.tree = tree;
        this.draft = draft;
        this.fresh = fresh;
        this.pids = pids;
        this.forks = new NestedForks(pids);
        this.helperPids = helperPids;
        this.barriers = barriers;
        this.numbers = numbers;
    }

    /** Where programs wait for each other, and twice for the engine. */
    record Barriers(Barrier created, Barrier forked, Barrier grouped, Barrier mapped) {
        static Barriers of(int processes, int living) {
            return new Barriers(
                    new Barrier(0, "created", 1, true),
                    new Barrier(1, "forked", processes + 1, false),
                    new Barrier(2, "grouped", processes + 1, false),
                    new Barrier(3, "mapped", living, true));
        }

        List<Barrier> all() {
            return List.of(created, forked, grouped, mapped);
        }
    }

    List<Program> all() {
        return Stream.concat(all.stream(), draft.helpers().stream()).toList();
    }

    /** By the pid of each process that has one. */
    Map<Integer, Slot> faults() {
        return faults;
    }

    Program begin(String name) {
        Program program = new Program(name);
        all.add(program);
        return program;
    }

    /** Forks those whose parents are not of the job; the caller goes when all have their groups. */
    void forkRoots(Steps steps) {
        List<Slot> standIns = forkStandIns(steps, ProcessTree.OUTSIDE);
        forkAll(steps, ProcessTree.OUTSIDE, tree.bornOutside());
        steps.add(new Word.Arrive(barriers.forked()));
        forkClerks(steps);
        steps.add(new Word.Arrive(barriers.grouped()));
        standIns.forEach(standIn -> steps.add(new Word.Await(standIn)));
    }

    /**
     * Nobody awaits them: each ends with the last thread that it numbers. When all else has been forked, that of the job's pid
     * namespace last, for what the kernel numbers from then on are the threads.
     */
    private void forkClerks(Steps steps) {
        numbers.innerClerks().forEach((namespace, clerk) -> {
            all.add(clerk);
            forks.enter(steps, ProcessTree.OUTSIDE, namespace);
            steps.fork(clerk, helperPids.within(Optional.of(namespace)));
            forks.comeBack(steps);
        });
        if (numbers.areNeeded()) {
            all.add(numbers.clerk());
            steps.fork(numbers.clerk(), helperPids.within(Optional.empty()));
        }
    }

    private void forkAll(Steps parent, int forker, List<ProcessEntry> children) {
        PidBirths.sorted(children, pids).forEach(child -> fork(parent, forker, child));
    }

    private void fork(Steps parent, int forker, ProcessEntry process) {
        Program program = process.hasExitStatus() ? zombie(process) : living(process);
        forks.fork(parent, forker, program, process.getPid());
    }

    private Program living(ProcessEntry process) {
        Program program = begin("pid " + process.getPid());
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
        forkAll(steps, process.getPid(), tree.bornInSession(process));
        tree.adoptedInto(process.getPid()).forEach(orphan -> forkAsOrphan(steps, process.getPid(), orphan));
        joinGroup(steps, process, standIns);
        tree.zombiesOf(process).forEach(zombie -> awaitDeath(steps, process.getPid(), zombie));
        SignalSteps.forgetDeadChildren(steps);
        fragments.appendTo(program, Fragments.Stage.INSTALL);
        fragments.appendTo(program, Fragments.Stage.MAP);
        closeNursery(steps, process.getPid());
        awaitPages(steps, process.getPid());
        process.getTidsList().stream()
                .filter(tid -> tid != process.getPid())
                .forEach(tid -> numbers.start(steps, process.getPid(), thread(process, tid), tid));
        fragments.appendTo(program, Fragments.Stage.ARM);
        draft.thread(process.getPid()).appendTo(program, Fragments.Stage.ARM_THREAD);
        if (process.hasFirstThreadStatus()) {
            steps.call(SystemCall.PRCTL, Operand.named(Prctl.SET_NAME, "PR_SET_NAME"), Operand.text(process.getName()));
        }
        steps.add(new Word.Park());
        return program;
    }

    private Program zombie(ProcessEntry process) {
        Program program = begin("pid " + process.getPid());
        Steps steps = new Steps(program, "pid " + process.getPid() + " (" + process.getName() + ", zombie)");
        enterSession(steps, process);
        List<Slot> standIns = forkStandIns(steps, process.getPid());
        tree.adoptedInto(process.getPid()).forEach(orphan -> fork(steps, process.getPid(), orphan));
        joinGroup(steps, process, standIns);
        SignalSteps.die(steps, process.getExitStatus());
        return program;
    }

    private Program thread(ProcessEntry process, int tid) {
        Program program = begin("tid " + tid);
        if (numbers.areGiven(process.getPid())) {
            int number = pids.seenBy(process.getPid(), tid);
            new Steps(program, "tid " + tid).expect(Word.Expect.exactly(number), SystemCall.GETTID);
        }
        draft.thread(tid).appendTo(program, Fragments.Stage.ARM_THREAD);
        new Steps(program, "pid " + process.getPid() + ", tid " + tid).add(new Word.Park());
        return program;
    }

    private void enterSession(Steps steps, ProcessEntry process) {
        forkAll(steps, process.getPid(), tree.bornBeforeSession(process));
        if (ProcessTree.isSessionLeader(process)) {
            steps.call(SystemCall.SETSID);
        } else if (ProcessTree.isGroupLeader(process)) {
            steps.call(SystemCall.SETPGID, Operand.of(0), Operand.of(0));
        }
    }

    /** A task in place of a leader that has gone, alive until every member has joined. */
    private Program standIn(int leader) {
        Program program = begin("stand-in " + leader);
        Steps steps = new Steps(program, "stand-in for leader " + leader);
        if (tree.isGoneSession(leader)) {
            steps.call(SystemCall.SETSID);
        } else {
            steps.call(SystemCall.SETPGID, Operand.of(0), Operand.of(0));
        }
        List<Slot> standIns = forkStandIns(steps, leader);
        tree.adoptedInto(leader).forEach(orphan -> fork(steps, leader, orphan));
        awaitGroups(steps, standIns);
        steps.call(SystemCall.EXIT_GROUP, Operand.of(0));
        return program;
    }

    private List<Slot> forkStandIns(Steps steps, int pid) {
        return tree.standInsOf(pid).stream()
                .map(leader -> forks.fork(steps, pid, standIn(leader), leader))
                .toList();
    }

    /** Through somebody who ends at once, so that the orphan goes to who adopts. */
    private void forkAsOrphan(Steps steps, int leader, ProcessEntry orphan) {
        Program parent = begin("parent of " + orphan.getPid());
        Steps birth = new Steps(parent, "former parent of pid " + orphan.getPid());
        fork(birth, leader, orphan);
        birth.call(SystemCall.EXIT_GROUP, Operand.of(0));
        steps.add(new Word.Await(steps.fork(parent, helperPids.within(pids.home(leader)))));
    }

    private void joinGroup(Steps steps, ProcessEntry process, List<Slot> standIns) {
        steps.add(new Word.Arrive(barriers.forked()));
        int group = pids.seenBy(process.getPid(), process.getPgid());
        if (tree.joinsGroup(process) && group != 0) {
            steps.call(SystemCall.SETPGID, Operand.of(0), Operand.of(group));
        }
        steps.add(new Word.Arrive(barriers.grouped()));
        standIns.forEach(standIn -> steps.add(new Word.Await(standIn)));
    }

    private void awaitGroups(Steps steps, List<Slot> standIns) {
        steps.add(new Word.Arrive(barriers.forked()));
        steps.add(new Word.Arrive(barriers.grouped()));
        standIns.forEach(standIn -> steps.add(new Word.Await(standIn)));
    }

    /** waitid(2) with WNOWAIT, so that the dead child stays a zombie. */
    private void awaitDeath(Steps steps, int parent, ProcessEntry zombie) {
        steps.call(
                SystemCall.WAITID,
                Operand.named(1, "P_PID"),
                Operand.of(pids.seenBy(parent, zombie.getPid())),
                Operand.named(0, "NULL"),
                Operand.named(0x01000004, "WEXITED|WNOWAIT"),
                Operand.named(0, "NULL"));
    }

    private void awaitPages(Steps steps, int pid) {
        if (fresh.needFaults(pid)) {
            faults.put(
                    pid,
                    steps.attempt(
                            "faults." + pid,
                            SystemCall.USERFAULTFD,
                            Operand.named(CLOEXEC | NONBLOCK, "O_CLOEXEC|O_NONBLOCK")));
        }
        steps.add(new Word.Arrive(barriers.mapped()));
        if (faults.containsKey(pid)) {
            steps.expect(Word.Expect.ANYTHING, SystemCall.CLOSE, faults.get(pid));
        }
    }

    private void closeNursery(Steps steps, int pid) {
        draft.residents().close(steps, draft.filesOf(pid));
        steps.call(SystemCall.CLOSE_RANGE, Operand.of(draft.nurseryBase()), Operand.hex(0xffff_ffffL), Operand.of(0));
    }
}
