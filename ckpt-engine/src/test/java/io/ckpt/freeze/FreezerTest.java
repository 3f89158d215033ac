package io.ckpt.freeze;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.kernel.Errno;
import io.ckpt.kernel.Signals;
import io.ckpt.kernel.SystemCall;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreezerTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Path SLEEP = Path.of("/bin/sleep");

    @TempDir
    static Path directory;

    private static Path waiter;

    private final Freezer freezer = new Freezer();

    @BeforeAll
    static void compile() {
        waiter = Waiter.compile(directory);
    }

    @ParameterizedTest
    @CsvSource({
        "nanosleep, 230",
        "poll, 7",
        "epoll, 232",
        "futex, 202",
        "sigtimedwait, 128",
        "receive, 45",
        "threads, 230",
    })
    void leavesAProgramUnawareOfFreezeAndRemoteCalls(String mode, int call) {
        try (Waiter program = Waiter.in(waiter, mode, 400, call)) {
            for (int round = 0; round < 3; round++) {
                try (FrozenJob job = freeze(program.pid())) {
                    FrozenProcess process = job.processes().get(0);
                    for (FrozenThread thread : process.threads()) {
                        assertThat(thread.call(SystemCall.GETPID)).isEqualTo(program.pid());
                        assertThat(thread.call(SystemCall.GETTID)).isEqualTo(thread.tid());
                    }
                }
            }
            assertThat(program.end()).isZero();
        }
    }

    @Test
    void refusesAProgramThatTakesCallsItselfAndLeavesItUnaware() {
        try (Waiter program = Waiter.in(waiter, "redirected", 200, SystemCall.CLOCK_NANOSLEEP)) {
            assertThatThrownBy(() -> freeze(program.pid()))
                    .hasMessageContaining("PR_SET_SYSCALL_USER_DISPATCH")
                    .extracting(fault -> ((Fault) fault).code())
                    .isEqualTo(FaultCode.UNSUPPORTED_OBJECT);
            assertThat(program.end()).isZero();
        }
    }

    @Test
    void countsAJobThatBeginsAPidNamespaceFromTheOneAround() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root for a pid namespace");
        Process around = new ProcessBuilder("unshare", "--pid", "--fork", "--kill-child", "sleep", "60").start();
        int unshare = (int) around.pid();
        try {
            await().until(() -> ProcFiles.children(unshare).stream()
                    .anyMatch(pid -> PidNamespace.depth(pid) > PidNamespace.depth(unshare)));
            int first = ProcFiles.children(unshare).get(0);
            try (FrozenJob job = freeze(first)) {
                FrozenProcess process = job.processes().get(0);
                assertThat(process.innerPid()).isEqualTo(first);
                assertThat(process.pidNamespaces()).hasSize(1);
                assertThat(process.isFirstOf(process.pidNamespaces().get(0))).isTrue();
            }
        } finally {
            around.destroyForcibly().waitFor();
        }
    }

    @Test
    void holdsEveryThreadStill() {
        try (Waiter program = Waiter.in(waiter, "threads", 60_000, SystemCall.CLOCK_NANOSLEEP);
                FrozenJob job = freeze(program.pid())) {
            List<FrozenThread> threads = job.processes().get(0).threads();
            assertThat(threads).hasSize(2);
            assertThat(threads.get(0).tid()).isEqualTo(program.pid());
            assertThat(threads)
                    .allSatisfy(thread -> assertThat(thread.text("stat")).contains(") t "));
        }
    }

    @Test
    void givesRegistersWithWhichTheCallIsIssuedAgain() {
        try (Waiter program = Waiter.in(waiter, "nanosleep", 60_000, SystemCall.CLOCK_NANOSLEEP)) {
            assertThat(issuedAgain(program)).isEqualTo(SystemCall.CLOCK_NANOSLEEP);
            await().until(() -> program.call() >= 0);
            // by now it sleeps in restart_syscall(2), which another task could not make
            assertThat(program.call()).isEqualTo(SystemCall.RESTART_SYSCALL);
            assertThat(issuedAgain(program)).isEqualTo(SystemCall.CLOCK_NANOSLEEP);
        }
    }

    private long issuedAgain(Waiter program) {
        try (FrozenJob job = freeze(program.pid())) {
            FrozenProcess process = job.processes().get(0);
            GeneralRegisters registers =
                    new GeneralRegisters(process.threads().get(0).generalRegisters());
            assertThat(process.read(registers.get(GeneralRegisters.Name.RIP), 2))
                    .containsExactly(0x0f, 0x05);
            assertThat((int) registers.get(GeneralRegisters.Name.ORIG_RAX)).isEqualTo(-1);
            return registers.get(GeneralRegisters.Name.RAX);
        }
    }

    @Test
    void lendsRoomAndTakesItBack() {
        try (Waiter program = Waiter.in(waiter, "nanosleep", 60_000, SystemCall.CLOCK_NANOSLEEP);
                FrozenJob job = freeze(program.pid())) {
            FrozenProcess process = job.processes().get(0);
            String before = process.text("maps");
            String directory = process.withRoom(4096, room -> {
                long length = process.call(SystemCall.GETCWD, room.address(), 4096);
                return new String(room.read(0, (int) length - 1), UTF_8);
            });
            assertThat(directory).isEqualTo(process.link("cwd"));
            assertThat(process.text("maps")).isEqualTo(before);
        }
    }

    @Test
    void leavesAProcessStoppedByJobControlStopped() {
        try (Waiter program = Waiter.in(waiter, "nanosleep", 60_000, SystemCall.CLOCK_NANOSLEEP)) {
            program.signal(Signals.STOP);
            await().until(() -> state(program.pid()) == 'T');
            try (FrozenJob job = freeze(program.pid())) {
                FrozenThread thread = job.processes().get(0).threads().get(0);
                assertThat(thread.jobControlStopped()).isTrue();
                assertThat(thread.call(SystemCall.GETPID)).isEqualTo(program.pid());
            }
            await().during(Duration.ofMillis(50)).until(() -> state(program.pid()) == 'T');
        }
    }

    @Test
    void stopsATreeThatForksAllTheTime() {
        try (Waiter program = Waiter.started(waiter, "forks", 3000)) {
            for (int round = 0; round < 10; round++) {
                try (FrozenJob job = freeze(program.pid())) {
                    assertThat(job.processes().get(0).pid()).isEqualTo(program.pid());
                    Set<Integer> held = Set.copyOf(
                            job.processes().stream().map(FrozenProcess::pid).toList());
                    assertThat(held).containsAll(new ProcessTree(Set.of(program.pid()), 0).pids());
                }
            }
            assertThat(program.end()).isZero();
        }
    }

    @Test
    void stopsAProcessWhoseThreadsReplaceIt() {
        try (Waiter program = Waiter.started(waiter, "execs", 1_000_000)) {
            for (int round = 0; round < 100; round++) {
                try (FrozenJob job = freeze(program.pid())) {
                    FrozenProcess process = job.processes().get(0);
                    assertThat(process.threads().get(0).tid()).isEqualTo(program.pid());
                    assertThat(process.call(SystemCall.GETPID)).isEqualTo(program.pid());
                }
            }
        }
    }

    @Test
    void givesTheChildOfAVforkTheTimeItNeeds() {
        try (Waiter program = Waiter.started(waiter, "vfork", 1000)) {
            await().until(() -> state(program.pid()) == 'D');
            try (FrozenJob job = freeze(program.pid())) {
                assertThat(job.processes().get(0).threads()).hasSize(1);
            }
            assertThat(program.end()).isZero();
        }
    }

    @Test
    void givesUpInTimeAndLetsAllGo() {
        try (Waiter program = Waiter.started(waiter, "vfork", 1500)) {
            await().until(() -> state(program.pid()) == 'D');
            assertFault(
                    () -> freezer.freeze(Set.of(program.pid()), Duration.ofMillis(100)),
                    FaultCode.BUSY,
                    "(waiter) waits in vfork(2)");
            assertThat(program.end()).isZero();
        }
    }

    @Test
    void showsZombiesAndParentsFirst() {
        Launch launch = Launch.of(Path.of("/bin/sh"), "-c", "sleep 0 & (sleep 1000; :) & exec sleep 1000");
        try (NativeProcess shell = NativeProcess.start(launch.inNewSession())) {
            await().until(() -> new ProcessTree(Set.of(shell.pid()), 0).pids().size() == 4
                    && ProcFiles.children(shell.pid()).stream().anyMatch(pid -> state(pid) == 'Z')
                    && name(shell.pid()).equals("sleep"));
            try (FrozenJob job = freeze(shell.pid())) {
                List<FrozenProcess> processes = job.processes();
                assertThat(processes).hasSize(4);
                assertThat(processes.get(0).pid()).isEqualTo(shell.pid());
                assertThat(processes).filteredOn(FrozenProcess::isZombie).hasSize(1);
                job.kill();
            }
            assertThat(shell.waitFor(Waiter.SOON)).hasValue(Signals.KILL);
        }
    }

    @Test
    void endsTheWholeJobWhileItIsHeld() {
        try (Waiter program = Waiter.in(waiter, "threads", 60_000, SystemCall.CLOCK_NANOSLEEP)) {
            try (FrozenJob job = freeze(program.pid())) {
                job.kill();
                assertThat(state(program.pid())).isEqualTo('Z');
            }
            assertThat(program.end()).isEqualTo(Signals.KILL);
        }
    }

    @Test
    void readsAndFindsMemory() {
        try (Waiter program = Waiter.in(waiter, "nanosleep", 60_000, SystemCall.CLOCK_NANOSLEEP);
                FrozenJob job = freeze(program.pid())) {
            FrozenProcess process = job.processes().get(0);
            long page = 4096;
            long area = process.call(SystemCall.MMAP, 0, 16 * page, 3, 0x22, -1, 0);
            TaskMemory memory = new TaskMemory(process.pid());
            memory.write(area + 3 * page, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            memory.write(area + 4 * page, ByteBuffer.wrap(new byte[] {4}));
            assertThat(process.read(area + 2 * page, (int) page)).containsOnly(0);
            assertThat(process.call(SystemCall.MPROTECT, area + 3 * page, page, 0))
                    .isZero();
            assertThat(process.read(area + 3 * page, 3)).containsExactly(1, 2, 3);
            assertThat(process.anonymousPages(area, area + 16 * page))
                    .containsExactly(new PageRange(area + 3 * page, 2 * page));
            assertThat(process.call(SystemCall.MUNMAP, area, 16 * page)).isZero();
            assertFault(() -> process.read(area, 1), FaultCode.IO_ERROR, "0x" + Long.toHexString(area));
        }
    }

    @Test
    void foldsDescriptorsOfOneDescription() {
        Launch launch = Launch.of(Path.of("/bin/sh"), "-c", "exec 5</dev/null 6<&5 7</dev/null; exec sleep 1000");
        try (NativeProcess program = NativeProcess.start(launch.inNewSession())) {
            await().until(() -> name(program.pid()).equals("sleep"));
            try (FrozenJob job = freeze(program.pid())) {
                Map<Integer, StolenFile> files = job.processes().get(0).files().stream()
                        .collect(java.util.stream.Collectors.toMap(StolenFile::number, file -> file));
                assertThat(files.get(5).description()).isEqualTo(files.get(6).description());
                assertThat(files.get(7).description()).isNotEqualTo(files.get(5).description());
                assertThat(files.get(6).descriptor()).isEqualTo(files.get(5).descriptor());
                assertThat(files.get(7).link()).isEqualTo("/dev/null");
                assertThat(files.get(7).status().isCharacterDevice()).isTrue();
            }
        }
    }

    @Test
    void refusesWhatCannotBeHeld() {
        assertFault(() -> freeze(2), FaultCode.NOT_PERMITTED, "pid 2 (kthreadd) is a kernel thread");
        assertFault(() -> freeze(4_000_000), FaultCode.NOT_FOUND, "pid 4000000 does not exist");
        int own = (int) ProcessHandle.current().pid();
        assertFault(() -> freeze(own), FaultCode.USAGE, "contains this very process, pid " + own);
    }

    @Test
    void namesTheTracerOfAProcessThatIsTraced() {
        try (NativeProcess program = NativeProcess.start(Launch.of(SLEEP, "1000"));
                FrozenJob held = freeze(program.pid())) {
            assertThat(held.processes()).hasSize(1);
            assertFault(
                    () -> freeze(program.pid()),
                    FaultCode.BUSY,
                    "pid " + program.pid() + " (sleep) is already traced by pid "
                            + ProcessHandle.current().pid());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/sys/fs/cgroup/unified, cgroup.freeze, 1, 0",
        "/sys/fs/cgroup/freezer, freezer.state, FROZEN, THAWED",
    })
    void refusesAJobThatACgroupHolds(Path hierarchy, String file, String frozen, String thawed) throws Exception {
        assumeTrue(Files.isWritable(hierarchy), () -> hierarchy + " is not there");
        Path cgroup = Files.createTempDirectory(hierarchy, "ckpt-test");
        try (NativeProcess program = NativeProcess.start(Launch.of(SLEEP, "1000"))) {
            Files.writeString(cgroup.resolve("cgroup.procs"), Integer.toString(program.pid()));
            Files.writeString(cgroup.resolve(file), frozen);
            assertFault(() -> freeze(program.pid()), FaultCode.BUSY, "cgroup " + cgroup + " is frozen");
            Files.writeString(cgroup.resolve(file), thawed);
            freeze(program.pid()).close();
        } finally {
            await().until(() -> cgroup.toFile().delete());
        }
    }

    @Test
    void tellsAnErrorOfARemoteCall() {
        try (NativeProcess program = NativeProcess.start(Launch.of(SLEEP, "1000"));
                FrozenJob held = freeze(program.pid())) {
            assertThat(held.processes().get(0).call(SystemCall.CLOSE, 4711)).isEqualTo(-Errno.EBADF.number());
        }
    }

    private FrozenJob freeze(int pid) {
        return freezer.freeze(Set.of(pid), LIMIT);
    }

    private static char state(int pid) {
        return io.ckpt.procfs.ProcStat.parse(ProcFiles.text(pid + "/stat")).state();
    }

    private static String name(int pid) {
        return ProcFiles.text(pid + "/comm").strip();
    }

    private static void assertFault(ThrowingCallable call, FaultCode code, String text) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.code()).isEqualTo(code))
                .hasMessageContaining(text);
    }
}
