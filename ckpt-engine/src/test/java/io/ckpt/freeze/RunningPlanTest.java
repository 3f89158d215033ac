package io.ckpt.freeze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ckpt.fault.Fault;
import io.ckpt.kernel.CloneFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.plan.Barrier;
import io.ckpt.plan.Data;
import io.ckpt.plan.EncodedPlan;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Plan;
import io.ckpt.plan.PlanEncoder;
import io.ckpt.plan.Program;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunningPlanTest {
    private static final long HOLE = 0x1234_5000_0000L;
    private static final long ROOM = 0x100_0000;
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Word PARK = new Word.Park();

    private final Program root = new Program("restorer");
    private final Steps first = new Steps(root, "restart");

    RunningPlanTest() {
        first.add(new Word.Move());
    }

    @Test
    void sharesAPipeOfTheNurseryBetweenProcessesWithChosenPids() throws Exception {
        assumeRoot();
        Data ends = Data.room(8);
        Data received = Data.room(5);
        first.call(SystemCall.PIPE2, ends.address(), Operand.of(0));
        Slot read = first.load("pipe.read", ends.address(), 4);
        Slot write = first.load("pipe.write", ends.at(4), 4);
        Program writer = new Program("pid 4711");
        Steps writes = new Steps(writer, "pid 4711");
        Slot writerPid = writes.call("writer", SystemCall.GETPID);
        writes.expect(Word.Expect.exactly(5), SystemCall.WRITE, write, Operand.text("hello"), Operand.of(5));
        exit(writes, 0);
        Program reader = new Program("pid 4242");
        Steps reads = new Steps(reader, "pid 4242");
        reads.expect(Word.Expect.exactly(5), SystemCall.READ, read, received.address(), Operand.of(5));
        reads.expect(Word.Expect.exactly(5), SystemCall.WRITE, Operand.of(1), received.address(), Operand.of(5));
        exit(reads, 0);
        first.add(new Word.Await(first.fork(writer, 4711)));
        Slot readerPid = first.fork(reader, 4242);
        first.add(new Word.Await(readerPid));
        exit(first, 7);

        try (RestorerRun run = RestorerRun.of(plan(root, writer, reader), RestorerRun.PID_NAMESPACE)) {
            assertThat(run.await()).isEqualTo(7);
            assertThat(run.output()).isEqualTo("hello");
            assertThat(run.plan().slot(writerPid)).isEqualTo(4711);
            assertThat(run.plan().slot(readerPid)).isEqualTo(4242);
            assertThat(run.plan().failure()).isEmpty();
        }
    }

    @Test
    void forksWithANumberInEachPidNamespace() throws Exception {
        assumeRoot();
        Program inner = new Program("pid 4711");
        Steps steps = new Steps(inner, "pid 4711");
        Slot own = steps.call("own", SystemCall.GETPID);
        exit(steps, 0);
        first.call(SystemCall.UNSHARE, Operand.named(CloneFlags.NEWPID, "CLONE_NEWPID"));
        Slot pid = first.fork(inner, List.of(1, 4711));
        first.add(new Word.Await(pid));
        exit(first, 0);

        try (RestorerRun run = RestorerRun.of(plan(root, inner), RestorerRun.PID_NAMESPACE)) {
            assertThat(run.await()).isZero();
            assertThat(run.plan().slot(pid)).isEqualTo(4711);
            assertThat(run.plan().slot(own)).isEqualTo(1);
        }
    }

    @Test
    void startsThreadsWithChosenIdsThatShareTheirDescriptors() throws Exception {
        assumeRoot();
        Barrier opened = new Barrier(0, "opened", 2, false);
        Program thread = new Program("tid 77");
        Steps threads = new Steps(thread, "tid 77");
        Slot tid = threads.call("tid", SystemCall.GETTID);
        Slot event = threads.call("event", SystemCall.EVENTFD2, Operand.of(1), Operand.of(0));
        threads.add(new Word.Arrive(opened));
        exitThread(threads);
        first.startThread(thread, 77);
        first.add(new Word.Arrive(opened));
        first.expect(
                Word.Expect.exactly(8), SystemCall.READ, event, Data.room(8).address(), Operand.of(8));
        exit(first, 0);

        Plan plan = new Plan(HOLE, ROOM, List.of(root, thread), List.of(opened));
        try (RestorerRun run = RestorerRun.of(plan, RestorerRun.PID_NAMESPACE)) {
            assertThat(run.await()).isZero();
            assertThat(run.plan().slot(tid)).isEqualTo(77);
        }
    }

    @Test
    void waitsForTheEngineAtItsBarrier() throws Exception {
        Barrier mapped = new Barrier(0, "mapped", 2, true);
        Program child = new Program("child");
        Steps steps = new Steps(child, "child");
        steps.add(new Word.Arrive(mapped));
        Slot after = steps.call("after", SystemCall.GETPID);
        exit(steps, 0);
        Slot pid = first.fork(child, 0);
        first.add(new Word.Arrive(mapped));
        first.add(new Word.Await(pid));
        exit(first, 0);

        Plan plan = new Plan(HOLE, ROOM, List.of(root, child), List.of(mapped));
        try (RestorerRun run = RestorerRun.of(plan)) {
            run.plan().awaitTasks(mapped, SOON);
            assertThat(run.plan().slot(after)).isZero();
            assertThat(run.runs()).isTrue();
            run.plan().release(mapped);
            assertThat(run.await()).isZero();
            assertThat(run.plan().slot(after)).isEqualTo(run.plan().slot(pid)).isPositive();
        }
    }

    @Test
    void tellsTheFirstFailureInTheWordsOfThePlan() throws Exception {
        Barrier never = new Barrier(0, "forked", 2, true);
        Program child = new Program("child");
        Steps steps = new Steps(child, "pid 4711, fd 12 [eventfd]");
        steps.call(SystemCall.EVENTFD2, Operand.of(5), Operand.named(-1, "EFD_NONBLOCK"));
        steps.add(new Word.Arrive(never));
        exit(steps, 0);
        first.fork(child, 0);
        first.add(new Word.Arrive(never));
        exit(first, 0);

        Plan plan = new Plan(HOLE, ROOM, List.of(root, child), List.of(never));
        try (RestorerRun run = RestorerRun.of(plan)) {
            assertThatThrownBy(() -> run.plan().awaitTasks(never, SOON))
                    .isInstanceOf(Fault.class)
                    .hasMessage("pid 4711, fd 12 [eventfd]: eventfd2(5, EFD_NONBLOCK) = EINVAL (Invalid argument)");
            assertThat(run.await()).isEqualTo(127);
        }
    }

    @Test
    void endsParkedTasksWhenAnotherFails() throws Exception {
        Barrier forked = new Barrier(0, "forked", 2, true);
        Program child = new Program("child");
        Steps steps = new Steps(child, "child");
        steps.add(new Word.Arrive(forked));
        steps.call(SystemCall.CLOSE, Operand.of(999));
        steps.add(PARK);
        first.fork(child, 0);
        first.add(new Word.Arrive(forked));
        first.add(PARK);

        Plan plan = new Plan(HOLE, ROOM, List.of(root, child), List.of(forked));
        try (RestorerRun run = RestorerRun.of(plan)) {
            run.plan().awaitTasks(forked, SOON);
            run.plan().release(forked);
            assertThatThrownBy(() -> run.plan().awaitParked(2, SOON)).hasMessageContaining("close(999) = EBADF");
            assertThat(run.await()).isEqualTo(127);
        }
    }

    @Test
    void namesThePidThatIsTaken() throws Exception {
        assumeRoot();
        Program child = new Program("pid 1");
        exit(new Steps(child, "pid 1"), 0);
        first.fork(child, 1);
        exit(first, 0);

        try (RestorerRun run = RestorerRun.of(plan(root, child), RestorerRun.PID_NAMESPACE)) {
            assertThat(run.await()).isEqualTo(127);
            Fault fault = run.plan().failure().orElseThrow().asFault(plan(root, child));
            assertThat(fault).hasMessage("restart: fork({pid 1}, pid=1) = EEXIST (File exists)");
            assertThat(fault.remedy()).contains("end the process that has this pid");
        }
    }

    @Test
    void failsWhenAnAwaitedChildDoes() throws Exception {
        Program child = new Program("child");
        exit(new Steps(child, "child"), 3);
        Slot pid = first.fork(child, 0);
        first.add(new Word.Await(pid));
        exit(first, 0);

        try (RestorerRun run = RestorerRun.of(plan(root, child))) {
            assertThat(run.await()).isEqualTo(127);
            assertThat(run.plan().failure().orElseThrow().asFault(plan(root, child)))
                    .hasMessage("restart: await($pid.child) = exit status 3");
        }
    }

    @Test
    void completesStructuresBeforeACallUsesThem() throws Exception {
        Data text = Data.text("gathered");
        Data vector = Data.room(16);
        first.store(text.at(2), vector.address(), 8);
        first.store(Operand.of(4), vector.at(8), 4);
        first.expect(Word.Expect.exactly(4), SystemCall.WRITEV, Operand.of(1), vector.address(), Operand.of(1));
        exit(first, 0);

        try (RestorerRun run = RestorerRun.of(plan(root))) {
            assertThat(run.await()).isZero();
            assertThat(run.output()).isEqualTo("ther");
        }
    }

    @Test
    void startsAsAChildOfTheEngine() {
        exit(first, 9);
        try (RunningPlan running = RunningPlan.create(PlanEncoder.encode(plan(root)))) {
            Launch launch = Launch.of(Launch.installed("ckpt-restorer"));
            try (NativeProcess restorer = NativeProcess.start(launch.withDescriptors(0, 1, 2, running.descriptor()))) {
                assertThat(restorer.waitFor(SOON)).hasValue(9 << 8);
            }
        }
    }

    @Test
    void leavesNothingMappedButTheHole() throws Exception {
        first.add(PARK);
        parksAloneIn(HOLE, ROOM, List.of());
    }

    @Test
    void movesIntoAHoleWhereItWasLoaded() throws Exception {
        first.add(PARK);
        parksAloneIn(0x10000, ROOM, List.of());
    }

    @Test
    void movesIntoAHoleAroundItsStackAndTheKernelsChoice() throws Exception {
        first.add(PARK);
        parksAloneIn(0x7fff_0000_0000L, 0xffff_f000L, RestorerRun.FIXED_ADDRESSES);
    }

    @Test
    void bringsManyProcessesAndThreadsThroughTheirBarriers() throws Exception {
        assumeRoot();
        int count = 100;
        Barrier forked = new Barrier(0, "forked", count + 1, false);
        Barrier mapped = new Barrier(1, "mapped", 2 * count, true);
        List<Program> programs = new ArrayList<>(List.of(root));
        for (int pid = 1000; pid < 1000 + count; pid++) {
            Program process = new Program("pid " + pid);
            Program thread = new Program("tid " + (pid + 1000));
            programs.addAll(List.of(process, thread));
            first.fork(process, pid);
            Steps steps = new Steps(process, process.name());
            steps.add(new Word.Arrive(forked));
            steps.startThread(thread, pid + 1000);
            arriveAndPark(steps, mapped);
            arriveAndPark(new Steps(thread, thread.name()), mapped);
        }
        first.add(new Word.Arrive(forked));
        first.add(PARK);

        Plan plan = new Plan(HOLE, ROOM, programs, List.of(forked, mapped));
        try (RestorerRun run = RestorerRun.of(plan, RestorerRun.PID_NAMESPACE)) {
            run.plan().awaitTasks(mapped, SOON);
            run.plan().release(mapped);
            run.plan().awaitParked(2 * count + 1, SOON);
            assertThat(run.plan().failure()).isEmpty();
        }
    }

    private static void arriveAndPark(Steps steps, Barrier barrier) {
        steps.add(new Word.Arrive(barrier));
        steps.add(PARK);
    }

    private void parksAloneIn(long hole, long length, List<String> around) throws Exception {
        Plan plan = new Plan(hole, length, List.of(root), List.of());
        try (RestorerRun run = RestorerRun.of(plan, around)) {
            run.plan().awaitParked(1, SOON);
            assertThat(run.maps())
                    .filteredOn(line -> !line.endsWith("[vsyscall]"))
                    .isNotEmpty()
                    .allSatisfy(line -> {
                        String[] range = line.split(" ")[0].split("-");
                        assertThat(Long.parseLong(range[0], 16)).isGreaterThanOrEqualTo(hole);
                        assertThat(Long.parseLong(range[1], 16)).isLessThanOrEqualTo(hole + length);
                    });
        }
    }

    @Test
    void refusesACallThatIsNotAllowedBeforeAnythingRuns() throws Exception {
        first.call(SystemCall.WRITE, Operand.of(1), Operand.text("ran"), Operand.of(3));
        exit(first, 0);
        EncodedPlan encoded = PlanEncoder.encode(plan(root));
        int detailOfExit = 144 + 8 + 2 * 80 + 4;
        ByteBuffer.wrap(encoded.bytes()).order(ByteOrder.nativeOrder()).putInt(detailOfExit, SystemCall.EXECVE);

        try (RestorerRun run = RestorerRun.of(encoded)) {
            assertThat(run.await()).isEqualTo(127);
            assertThat(run.output()).isEmpty();
            assertThat(run.plan().failure().orElseThrow().step()).isEqualTo(2);
            assertThat(run.plan().failure().orElseThrow().result()).isEqualTo(-1);
        }
    }

    @Test
    void refusesAnOperandOutsideThePlan() throws Exception {
        exit(first, 0);
        EncodedPlan encoded = PlanEncoder.encode(plan(root));
        int formOfExit = 144 + 8 + 80 + 24;
        encoded.bytes()[formOfExit] = 1;

        try (RestorerRun run = RestorerRun.of(encoded)) {
            assertThat(run.await()).isEqualTo(127);
            assertThat(run.plan().failure().orElseThrow().result()).isEqualTo(-22);
        }
    }

    @Test
    void givesUpWaitingInTime() {
        first.add(PARK);
        try (RestorerRun run = RestorerRun.of(plan(root))) {
            assertThatThrownBy(() -> run.plan().awaitParked(2, Duration.ofMillis(50)))
                    .hasMessage("the 2 tasks of the restart did not all park within 50 ms");
        }
    }

    private static Plan plan(Program... programs) {
        return new Plan(HOLE, ROOM, List.of(programs), List.of());
    }

    private static void exit(Steps steps, int status) {
        steps.call(SystemCall.EXIT_GROUP, Operand.of(status));
    }

    private static void exitThread(Steps steps) {
        steps.call(SystemCall.EXIT, Operand.of(0));
    }

    private static void assumeRoot() throws Exception {
        boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        assumeTrue(root, "choosing pids needs CAP_SYS_ADMIN");
    }
}
