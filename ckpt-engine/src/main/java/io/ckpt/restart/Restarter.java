package io.ckpt.restart;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.Node;
import io.ckpt.freeze.NodeNames;
import io.ckpt.freeze.NodeVdso;
import io.ckpt.freeze.PidNamespace;
import io.ckpt.freeze.RebuiltFile;
import io.ckpt.freeze.Releaser;
import io.ckpt.freeze.RestorerProgram;
import io.ckpt.freeze.RunningPlan;
import io.ckpt.freeze.TaskMemory;
import io.ckpt.image.ImageReader;
import io.ckpt.image.v1.ObjectState;
import io.ckpt.image.v1.ProcessEntry;
import io.ckpt.image.v1.Registers;
import io.ckpt.image.v1.Seccomp;
import io.ckpt.image.v1.ThreadTraits;
import io.ckpt.kernel.Errno;
import io.ckpt.kernel.Signals;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.RestartOptions;
import io.ckpt.memory.HotMemory;
import io.ckpt.memory.PageLoader;
import io.ckpt.memory.PageServer;
import io.ckpt.memory.PageTarget;
import io.ckpt.memory.TrackedJob;
import io.ckpt.place.ClockOffsets;
import io.ckpt.place.Place;
import io.ckpt.plan.Plan;
import io.ckpt.plan.PlanEncoder;
import io.ckpt.plan.PlanPrinter;
import io.ckpt.progress.Progress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The journey of a restart. Until the first task is let go all that was built can be killed, and is when anything fails;
 * the image is only read.
 */
public final class Restarter {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ImageReader image;
    private final Request request;
    private final List<ObjectState> states;
    private final Objects objects;

    public Restarter(ImageReader image, Request request) {
        this.image = image;
        this.request = request;
        if (!request.lazy()) {
            image.checkFrame(); // grows with the image, as all does that is read then
        }
        this.states = new MovedCgroups(request.files()).apply(image.objects());
        this.objects = new Objects(states);
    }

    /**
     * How a job is to be restarted.
     *
     * @param files what lies at a path of the place's root directory
     * @param threads that load pages
     * @param lazy the job runs before most of its memory is there
     * @param noted takes on what the job writes from then on when all of its memory is there before it runs
     * @param hot what comes first when the job runs before
     */
    public record Request(
            RestartOptions options,
            PlaceFiles files,
            int threads,
            boolean lazy,
            Optional<TrackedJob> noted,
            HotMemory hot) {
        /** All of its memory is there before it runs, and nothing is noted. */
        public static Request plain(RestartOptions options, PlaceFiles files, int threads) {
            return new Request(options, files, threads, false, Optional.empty(), HotMemory.NONE);
        }
    }

    /**
     * A job that was restarted and runs.
     *
     * @param rootPid its first process, as this process numbers it
     * @param loading memory that is still on its way, for which the image must stay open
     */
    public record Restarted(int rootPid, long loadedBytes, Optional<Loading> loading) {}

    /**
     * Compares the image with this node.
     *
     * @param cpus that the place may run on
     * @return warnings
     */
    public List<String> preflight(Collection<Integer> cpus, Progress progress) {
        progress.phase(Progress.Phase.PREFLIGHT);
        return new Preflight(states, request.files(), cpus, NodeNames.here())
                .check(image.manifest(), Node.here(), request.options());
    }

    /** The plan as text. */
    public String plan() {
        return PlanPrinter.print(planned(JobClocks.offsets(image.manifest())).plan());
    }

    /** Rebuilds the job in a place and lets it run. */
    public Restarted restart(Place place, Progress progress) {
        progress.phase(Progress.Phase.PLAN);
        ClockOffsets clocks = JobClocks.offsets(image.manifest());
        RestartPlan plan = planned(clocks);
        try (RunningPlan running = RunningPlan.create(PlanEncoder.encode(plan.plan()));
                RestorerProgram restorer = RestorerProgram.open()) {
            progress.phase(Progress.Phase.RESTORE);
            place.spawn(restorer.descriptor(), running.descriptor(), Pids.ofRestorer(image.manifest()), clocks);
            int restorerPid = place.awaitSpawned(PATIENCE);
            return rebuild(place, plan, running, restorerPid, progress);
        } catch (RuntimeException | Error e) {
            place.close();
            throw e;
        }
    }

    private Restarted rebuild(Place place, RestartPlan plan, RunningPlan running, int restorer, Progress progress) {
        boolean later =
                request.lazy() && place.privatePids(); // only what init can end as a whole may run without its memory
        PidNamespace namespace = PidNamespace.of(place.initPid());
        running.awaitTasks(plan.created(), PATIENCE);
        int restorerPid = pid(namespace.processes(), restorer);
        fillContents(restorerPid, plan.contents());
        long shared = load(Map.of(ObjectId.commonMemory().toString(), PageTarget.of(new TaskMemory(restorerPid))));
        running.release(plan.created());
        running.awaitTasks(plan.mapped(), PATIENCE);
        Map<Integer, Integer> pids = namespace.processes();
        progress.phase(Progress.Phase.LOAD);
        Loaded loaded = later
                ? loadLazily(place, plan, running, pids, progress)
                : new Loaded(loadMemories(plan, running, pids, progress), Optional.empty());
        namespace.awaitGone(restorerPid, PATIENCE);
        loaded.rest()
                .ifPresentOrElse(
                        rest -> rest.need(() -> letGo(place, plan, running, pids, progress)),
                        () -> letGo(place, plan, running, pids, progress));
        return new Restarted(pid(pids, plan.rootPid()), shared + loaded.bytes(), loaded.rest());
    }

    private void letGo(
            Place place, RestartPlan plan, RunningPlan running, Map<Integer, Integer> pids, Progress progress) {
        running.release(plan.mapped());
        running.awaitParked(plan.tasks(), PATIENCE);
        progress.phase(Progress.Phase.RELEASE);
        try (Releaser releaser =
                Releaser.seize(PidNamespace.of(place.initPid()), Set.copyOf(livingPids(pids)), PATIENCE)) {
            becomeJob(releaser, plan.plan());
            releaser.surviveTracer();
            place.run(plan.rootPid());
            releaser.release();
        }
    }

    private RestartPlan planned(ClockOffsets clocks) {
        MappedFiles mapped = new MappedFiles(objects, request.files());
        List<ObjectState> needed = states.stream()
                .filter(state -> !mapped.spares(new ObjectId(state.getId())))
                .toList();
        VdsoBridge bridge = new VdsoBridge(image.manifest(), needed, NodeVdso.here());
        return Planner.plan(image.manifest(), bridge.apply(needed), request.options(), clocks, isNoted());
    }

    /** Writes through the restorer's own descriptors, which are of the very files that the job will have. */
    private void fillContents(int restorer, Map<ObjectId, Integer> contents) {
        for (Map.Entry<ObjectId, Integer> content : contents.entrySet()) {
            String name = "the content of " + content.getKey();
            try (RebuiltFile file = RebuiltFile.open(restorer, content.getValue(), name)) {
                load(Map.of(content.getKey().toString(), PageTarget.of(file)));
            }
        }
    }

    private long load(Map<String, PageTarget> targets) {
        return load(targets, Progress.none());
    }

    private long load(Map<String, PageTarget> targets, Progress progress) {
        return new PageLoader(request.threads(), progress).load(image, targets);
    }

    private long loadMemories(RestartPlan plan, RunningPlan running, Map<Integer, Integer> pids, Progress progress) {
        try (FreshMemories memories = new FreshMemories(freshMappings())) {
            living().forEach(process -> memories.add(
                    process.getPid(),
                    pid(pids, process.getPid()),
                    Optional.ofNullable(plan.faults().get(process.getPid())).map(running::slot)));
            long loaded = load(memories.targets(), progress);
            request.noted()
                    .ifPresent(job -> memories.note(
                            job, image.pages(ObjectId.commonMemory().toString())));
            return loaded;
        }
    }

    private FreshMappings freshMappings() {
        return new FreshMappings(objects, isNoted());
    }

    private boolean isNoted() {
        return !request.lazy() && request.noted().isPresent();
    }

    private record Loaded(long bytes, Optional<Loading> rest) {}

    private Loaded loadLazily(
            Place place, RestartPlan plan, RunningPlan running, Map<Integer, Integer> pids, Progress progress) {
        LazyMemories memories = LazyMemories.heldBy(place, freshMappings());
        long loaded = loadFirst(memories, plan, running, pids, progress);
        PageServer server = memories.server(image, request.hot());
        Loading rest = new Loading(place, server, request.threads());
        Map<ObjectId, ThreadTraits> traits = objects.of(ThreadTraits.class);
        rest.need(() -> living().forEach(process -> bringWhatEndsUse(server, process, traits)));
        return new Loaded(loaded, Optional.of(rest));
    }

    /** What does not come later. */
    private long loadFirst(
            LazyMemories memories,
            RestartPlan plan,
            RunningPlan running,
            Map<Integer, Integer> pids,
            Progress progress) {
        try {
            living().forEach(process -> memories.add(
                    process.getPid(),
                    pid(pids, process.getPid()),
                    Optional.ofNullable(plan.faults().get(process.getPid())).map(running::slot)));
            return load(memories.targets(), progress);
        } catch (RuntimeException | Error e) {
            memories.close();
            throw e;
        }
    }

    /** The kernel writes there when a thread ends, and waits for no page then. */
    private static void bringWhatEndsUse(PageServer server, ProcessEntry process, Map<ObjectId, ThreadTraits> traits) {
        server.bring(
                ObjectId.memory(process.getPid()).toString(),
                process.getTidsList().stream()
                        .flatMap(tid -> Stream.ofNullable(traits.get(ObjectId.thread(tid))))
                        .flatMap(thread -> Stream.of(thread.getTidAddress(), thread.getRobustList()))
                        .toList());
    }

    /** Every task gets its registers; the restorer leaves every address space. Nothing has run yet. */
    private void becomeJob(Releaser releaser, Plan plan) {
        Map<ObjectId, Registers> registers = objects.of(Registers.class);
        Map<Integer, ProcessEntry> processes =
                living().stream().collect(Collectors.toMap(ProcessEntry::getPid, process -> process));
        for (Releaser.ParkedTask task : releaser.tasks()) {
            ProcessEntry process = processes.get(task.innerPid());
            if (process.hasFirstThreadStatus() && task.tid() == task.pid()) {
                releaser.loadExit(task.tid(), process.getFirstThreadStatus() >> 8);
            } else {
                load(releaser, task, registers.get(ObjectId.thread(task.innerTid())));
            }
        }
        new SeccompFilters(releaser, objects.of(Seccomp.class), plan.holeStart()).install();
        for (Releaser.ParkedTask task : releaser.tasks()) {
            if (task.pid() == task.tid()) {
                leave(releaser, task, plan);
                List<Integer> tids = processes.get(task.innerPid()).getTidsList();
                if (tids.stream()
                        .anyMatch(tid -> registers.get(ObjectId.thread(tid)).getStopped())) {
                    releaser.signal(task.pid(), Signals.STOP);
                }
            }
        }
    }

    private static void load(Releaser releaser, Releaser.ParkedTask task, Registers former) {
        releaser.load(
                task.tid(),
                former.getGeneral().toByteArray(),
                former.getExtended().toByteArray(),
                former.getSignalMask());
    }

    private static void leave(Releaser releaser, Releaser.ParkedTask leader, Plan plan) {
        long result = releaser.call(leader.pid(), SystemCall.MUNMAP, plan.holeStart(), plan.holeLength());
        if (result < 0) {
            throw new Fault(
                    FaultCode.RESTART_FAILED,
                    "pid " + leader.pid() + ": munmap of the restorer: " + Errno.result(result),
                    "report this, with the output of 'ckptctl plan'");
        }
    }

    private List<Integer> livingPids(Map<Integer, Integer> pids) {
        return living().stream().map(process -> pid(pids, process.getPid())).toList();
    }

    private List<ProcessEntry> living() {
        return image.manifest().getProcessesList().stream()
                .filter(process -> !process.hasExitStatus())
                .toList();
    }

    private static int pid(Map<Integer, Integer> pids, int inner) {
        Integer pid = pids.get(inner);
        if (pid == null) {
            throw new Fault(
                    FaultCode.RESTART_FAILED,
                    "task " + inner + " of the job ended while it was rebuilt",
                    "see the kernel log for an out-of-memory kill, then restart again");
        }
        return pid;
    }
}
