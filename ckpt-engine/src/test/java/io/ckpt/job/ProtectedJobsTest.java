package io.ckpt.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.fence.FakePace;
import io.ckpt.fence.Fence;
import io.ckpt.fence.NodeIdentity;
import io.ckpt.image.Seal;
import io.ckpt.image.v1.PastCheckpoint;
import io.ckpt.kind.RestartOptions;
import io.ckpt.place.FakeLink;
import io.ckpt.place.PacketLink.Peer;
import io.ckpt.place.Place;
import io.ckpt.place.PlaceFlag;
import io.ckpt.place.PlaceMessage;
import io.ckpt.place.PlaceType;
import io.ckpt.place.Protection;
import io.ckpt.progress.Progress;
import io.ckpt.scheduler.FakeScheduler;
import io.ckpt.scheduler.Interval;
import io.ckpt.scheduler.JobRecord;
import io.ckpt.store.DirectoryStore;
import io.ckpt.store.SmallDisk;
import io.ckpt.store.Staging;
import io.ckpt.store.StoreCase;
import io.ckpt.store.StorePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProtectedJobsTest {
    private static final int OWNER = 6001;
    private static final Pacing PACING = new Pacing(Duration.ofDays(1), Duration.ofMinutes(5), Duration.ofHours(4));
    private static final Duration SOON = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    private final FakeJourneys journeys = new FakeJourneys();
    private final FakeScheduler scheduler = new FakeScheduler();
    private final FakeProcesses processes = new FakeProcesses();
    private final FakeClock clock = new FakeClock();
    private final FakePace pace = new FakePace();
    private Interval interval = Interval.every(Duration.ofSeconds(60));
    private Fence fence;
    private ProtectedJobs jobs;

    @BeforeEach
    void startDaemon() throws IOException {
        Files.createDirectory(directory.resolve("shared"));
        fence = new Fence(
                StorePlace.unknown(directory.resolve("shared")),
                new NodeIdentity("n1", "boot"),
                Duration.ofSeconds(10),
                pace);
        fence.beat();
        jobs = daemon();
    }

    private ProtectedJobs daemon() {
        return daemon(Backlog.none());
    }

    private ProtectedJobs daemon(Backlog backlog) {
        JobPorts ports = new JobPorts(
                journeys, scheduler, processes, fence, JobJournal.open(directory.resolve("state")), backlog, clock);
        JobSettings settings =
                new JobSettings(Optional.empty(), PACING, 2, Optional.empty(), directory.resolve("busy"));
        return new ProtectedJobs(ports, settings, new CheckpointSchedule(() -> 0));
    }

    @Test
    void aJobThatWasNeverRestartedStartsAfresh() throws InterruptedException {
        journeys.add("of-another-life", 3, "2025-01-01T00:00:00Z");
        FakeLink link = hello(0, 100);

        assertThat(link.heard().type()).isEqualTo(PlaceType.START);
        assertThat(status().state()).isEqualTo(JobStatus.State.RUNNING);
        assertThat(status().rootPid()).isEqualTo(101);
    }

    @Test
    void aJobRunsProtectedAlthoughItCannotBeNoted() throws Exception {
        try (SmallDisk state = SmallDisk.mountedAt(directory.resolve("state"))) {
            state.fill();
            FakeLink link = hello(0, 100);

            assertThat(link.heard().type()).isEqualTo(PlaceType.START);
            assertThat(status().state()).isEqualTo(JobStatus.State.RUNNING);
            assertThat(status().message()).contains("7.job", "No space left");
            assertThat(state.names()).isEmpty();
            assertThat(fence.holder("7")).contains("n1");
        }
    }

    @Test
    void aJobWhoseFirstRunIsNotItsFirstGoesOn() {
        fence.bear("7", Instant.parse("2026-01-01T12:00:00Z"));
        journeys.add("held", 0, "2026-01-01T12:01:00Z");
        scheduler.submitted(Instant.parse("2026-01-01T11:00:00Z"));
        clock.advance(Duration.ofDays(2));

        hello(0, 100);

        assertThat(journeys.restarted).containsExactly("held");
    }

    @Test
    void anotherJobOfTheSameNameStartsAfresh() {
        fence.bear("7", Instant.parse("2026-01-01T12:00:00Z"));
        journeys.add("of-the-other", 0, "2026-01-01T12:01:00Z");
        scheduler.submitted(Instant.parse("2026-01-02T11:00:00Z"));
        clock.advance(Duration.ofDays(2));

        hello(0, 100);

        assertThat(journeys.restarted).isEmpty();
    }

    @Test
    void aRequeuedJobGoesOnFromItsNewestCheckpoint() throws InterruptedException {
        journeys.add("old", 0, "2026-01-01T12:01:00Z");
        journeys.add("new", 0, "2026-01-01T12:02:00Z");
        FakeLink link = hello(1, 100);

        assertThat(link.heard()).isEqualTo(PlaceMessage.of(PlaceType.RUN, 2));
        assertThat(journeys.restarted).containsExactly("new");
        assertThat(status().lastCheckpoint()).contains("new");
    }

    @Test
    void aRunThatGoesOnLetsNoFormerOneWrite() {
        hello(0, 100);
        assertThat(journeys.succeeded).isEmpty();
        assertThat(journeys.begun).containsExactly("7");

        hello(2, 110);

        assertThat(journeys.begun).containsExactly("7");

        assertThat(journeys.succeeded).containsExactly(2);
    }

    @Test
    void aJobIsRefusedRatherThanRestartedFromLessThanItsNodeHas() throws InterruptedException {
        journeys.add("durable", 0, "2026-01-01T12:01:00Z");
        journeys.succession = Optional.of(new Fault(FaultCode.STORE_FULL, "the store is full", "make room"));

        PlaceMessage refusal = hello(1, 100).heard();

        assertThat(refusal.type()).isEqualTo(PlaceType.REFUSE);
        assertThat(refusal.text()).contains("the store is full", "make room");
        assertThat(refusal.value()).as("its scheduler shall try again").isEqualTo(Place.EXIT_VACATED);
        assertThat(journeys.restarted).isEmpty();
    }

    @Test
    void whetherAJobCanBeSavedInTimeFollowsItsMemory() {
        scheduler.leave(Duration.ofSeconds(30));
        journeys.history = CheckpointHistory.NONE.with(PastCheckpoint.newBuilder()
                .setLevel(1)
                .setMemoryBytes(1 << 30)
                .setResidentBytes(1 << 30)
                .setTotalNs(Duration.ofSeconds(10).toNanos())
                .build());
        hello(0, 100);
        assertThat(status().next().takes()).as("nobody has looked yet").isEmpty();

        jobs.unforeseen().forEach(jobs::foresee);

        assertThat(jobs.unforeseen()).as("each is told once").isEmpty();
        assertThat(status().next().takes()).contains(Duration.ofSeconds(10));
        assertThat(status().next().fits()).contains(true);
        processes.memory = 4L << 30;
        assertThat(status().next().takes()).contains(Duration.ofSeconds(40));
        assertThat(status().next().fits()).contains(false);
    }

    @Test
    void whatWasNeverMeasuredIsNotForetold() {
        scheduler.leave(Duration.ofSeconds(30));
        hello(0, 100);

        jobs.unforeseen().forEach(jobs::foresee);

        assertThat(status().next())
                .isEqualTo(new NextCheckpoint(Optional.empty(), Optional.of(Duration.ofSeconds(30))));
        assertThat(status().next().fits()).isEmpty();
    }

    @Test
    void aDamagedCheckpointIsPassedOverAndSaidSo() {
        journeys.add("old", 0, "2026-01-01T12:01:00Z");
        journeys.add("new", 0, "2026-01-01T12:02:00Z");
        journeys.spoil("new", FaultCode.IMAGE_DAMAGED);
        hello(1, 100);

        assertThat(journeys.restarted).containsExactly("old");
        assertThat(status().message()).contains("checkpoint new is no good: new is spoilt");
    }

    @Test
    void aRestartThatFailedHalfwayGoesOnWhenThePlaceAsksAgain() {
        journeys.add("old", 0, "2026-01-01T12:01:00Z");
        journeys.add("new", 0, "2026-01-01T12:02:00Z");
        journeys.spoil("new", FaultCode.IMAGE_DAMAGED);
        journeys.closesPlaceOnFailure();
        FakeLink first = hello(1, 100);
        assertThat(first.heardNothingMore())
                .as("a closed place is told nothing")
                .isTrue();

        hello(1, 100);

        assertThat(journeys.restarted).containsExactly("old");
    }

    @Test
    void whatIsSaidOfAFailedTryIsSaidBeforeTheNextOneBegins() throws InterruptedException {
        journeys.add("old", 0, "2026-01-01T12:01:00Z");
        journeys.add("new", 0, "2026-01-01T12:02:00Z");
        journeys.spoil("new", FaultCode.IMAGE_DAMAGED);
        journeys.closesPlaceOnFailure();
        Thread next = new Thread(() -> hello(1, 100));
        journeys.whenFailed(() -> startAndGiveItTime(next));

        hello(1, 100);
        next.join();

        assertThat(journeys.restarted).containsExactly("old");
        assertThat(scheduler.words()).containsExactly("began 7", "refused 7", "began 7");
    }

    @Test
    void aRunThatIsStoppedWhileItBeginsIsNotRefused() {
        journeys.add("only", 0, "2026-01-01T12:01:00Z");
        journeys.spoil("only", FaultCode.IO_ERROR);
        journeys.whenFailed(() -> jobs.stop(jobs.running(), "the lease has run out"));

        hello(1, 100);

        assertThat(scheduler.words()).containsExactly("began 7", "left 7");
        assertThat(status().message()).isEqualTo("the lease has run out");
    }

    private static void startAndGiveItTime(Thread thread) {
        thread.start();
        try {
            thread.join(300);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aJobWithoutAnyGoodCheckpointStartsAfresh() throws InterruptedException {
        journeys.add("only", 0, "2026-01-01T12:01:00Z");
        journeys.spoil("only", FaultCode.IMAGE_DAMAGED);
        FakeLink link = hello(1, 100);

        assertThat(link.heard().type()).isEqualTo(PlaceType.START);
        assertThat(status().message()).contains("only is spoilt");
    }

    @Test
    void aCheckpointThatCannotEvenBeReadIsNamed() {
        journeys.add("old", 0, "2026-01-01T12:01:00Z");
        journeys.unreadable.add("checkpoint new is no good: its seal does not hold");
        hello(1, 100);

        assertThat(journeys.restarted).containsExactly("old");
        assertThat(status().message()).contains("its seal does not hold");
    }

    @Test
    void savedWorkIsNotThrownAwayWhenTheNodeIsNotFit() throws InterruptedException {
        journeys.add("only", 0, "2026-01-01T12:01:00Z");
        journeys.spoil("only", FaultCode.UNSUPPORTED_NODE);
        PlaceMessage refusal = hello(1, 100).heard();

        assertThat(refusal.type()).isEqualTo(PlaceType.REFUSE);
        assertThat(refusal.value()).isEqualTo(69);
        assertThat(refusal.text()).contains("only is spoilt");
        assertThat(status().state()).isEqualTo(JobStatus.State.ENDED);
    }

    @Test
    void aRestartThatCannotSucceedIsNotTriedForEver() throws InterruptedException {
        journeys.add("only", 0, "2026-01-01T12:01:00Z");
        journeys.spoil("only", FaultCode.RESTART_FAILED);
        journeys.closesPlaceOnFailure();
        hello(1, 100);

        PlaceMessage refusal = hello(1, 100).heard();

        assertThat(refusal.type()).isEqualTo(PlaceType.REFUSE);
        assertThat(refusal.text()).contains("cannot be restarted here", "its checkpoints are kept");
    }

    @Test
    void checkpointsOfAnotherOwnerAreNeverTaken() throws InterruptedException {
        journeys.stored.add(new StoredCheckpoint(
                "foreign",
                "7",
                6002,
                6002,
                clock.instant(),
                directory,
                "n1",
                1,
                1,
                SOON,
                0,
                0,
                "stop",
                "",
                "zstd 1",
                "usual",
                0,
                JobTime.UNKNOWN,
                true,
                List.of()));

        assertThat(hello(1, 100).heard().type()).isEqualTo(PlaceType.START);
    }

    @Test
    void checkpointsOfAnEarlierJobOfThatNameAreNeverTaken() throws InterruptedException {
        journeys.add("of-another-life", 3, "2025-01-01T00:00:00Z");
        hello(0, 100);
        processes.died(100);
        jobs.sweep(clock.instant());

        assertThat(hello(1, 200).heard().type()).isEqualTo(PlaceType.START);
    }

    @Test
    void anOlderRunIsRefused() throws InterruptedException {
        hello(2, 100);

        PlaceMessage refusal = hello(1, 200).heard();

        assertThat(refusal.type()).isEqualTo(PlaceType.REFUSE);
        assertThat(refusal.text()).contains("generation 2 of it is known here");
    }

    @Test
    void anOlderRunStillAliveIsEndedBeforeTheNewerBegins() throws InterruptedException {
        FakeLink old = hello(0, 100);
        FakeLink fresh = hello(1, 200);

        old.heard();
        assertThat(old.heard()).isEqualTo(PlaceMessage.of(PlaceType.END, Place.EXIT_VACATED));
        assertThat(processes.ended).containsExactly(100);
        assertThat(fresh.heard().type()).isEqualTo(PlaceType.START);
    }

    @Test
    void oneRunHasOnePlace() throws InterruptedException {
        hello(0, 100);

        assertThat(hello(0, 200).heard().text()).contains("has a place on this node already");
    }

    @Test
    void nobodyNamesTheJobOfAnother() throws InterruptedException {
        FakeLink link = new FakeLink(new Peer(100, OWNER, OWNER));
        processes.born(100, 1);
        jobs.greet(Place.greeted(link, PlaceMessage.hello(protection("7", 0), Set.of(), 0)));

        assertThat(link.heard().text()).contains("uid 6001 may not name a job \"7\"");
        assertThat(jobs.statuses()).isEmpty();
    }

    @Test
    void aUserProtectsHisOwnProcess() throws InterruptedException {
        FakeLink link = new FakeLink(new Peer(100, OWNER, OWNER));
        processes.born(100, 1);
        jobs.greet(Place.greeted(link, PlaceMessage.hello(protection("pid-100", 0), Set.of(), 0)));

        assertThat(link.heard().type()).isEqualTo(PlaceType.START);
    }

    @Test
    void aNameThatLeavesItsDirectoryIsRefused() throws InterruptedException {
        FakeLink link = new FakeLink(new Peer(100, 0, 0));
        processes.born(100, 1);
        jobs.greet(Place.greeted(link, PlaceMessage.hello(protection("../7", 0), Set.of(), 0)));

        assertThat(link.heard().text()).contains("cannot be the name of a job");
    }

    @Test
    void aCheckpointLeavesTheJobRunning() {
        hello(0, 100);

        jobs.checkpoint("7", order(false), Progress.none());

        assertThat(status().state()).isEqualTo(JobStatus.State.RUNNING);
        assertThat(status().lastCheckpoint()).contains("taken-0");
        assertThat(directory.resolve("busy/7")).doesNotExist();
    }

    @Test
    void aJobThatRunsHereOrElsewhereIsNotRestartedByHand() throws InterruptedException {
        FakeEngine engine = new FakeEngine();
        engine.checkpoints.add(FakeEngine.stored("aaa", "7", OWNER));
        ProtectingEngine protecting = new ProtectingEngine(engine, jobs);
        Fence other = new Fence(
                StorePlace.unknown(directory.resolve("shared")),
                new NodeIdentity("n2", "boot"),
                Duration.ofSeconds(10),
                pace);

        hello(0, 100);
        assertNotRestarted(protecting, "n1");
        jobs.vacate(jobs.running().get(0), order(true), Progress.none());
        other.acquire("7", 1, generation -> false);
        assertNotRestarted(protecting, "n2");
        protecting.restart(restart(true), Progress.none());
        other.release("7", 1);
        protecting.restart(restart(false), Progress.none());

        assertThat(engine.restartOrders).hasSize(2);
    }

    private static void assertNotRestarted(Engine engine, String node) {
        assertThatThrownBy(() -> engine.restart(restart(false), Progress.none()))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.code()).isEqualTo(FaultCode.BUSY))
                .hasMessageContaining("runs on node " + node);
    }

    private static RestartOrder restart(boolean dryRun) {
        CheckpointName name = new CheckpointName(Optional.empty(), new CheckpointName.Id("aaa"));
        return new RestartOrder(name, new RestartOptions(RestartOptions.FilePolicy.TRUNCATE), 1, true, false, dryRun);
    }

    @Test
    void aFailedCheckpointHarmsNothingAndIsShown() {
        hello(0, 100);
        journeys.fail(new Fault(FaultCode.STORE_FULL, "the store is full", "delete something"));

        assertThatThrownBy(() -> jobs.checkpoint("7", order(false), Progress.none()))
                .isInstanceOf(Fault.class);

        assertThat(status().state()).isEqualTo(JobStatus.State.RUNNING);
        assertThat(status().message()).isEqualTo("no checkpoint: the store is full; delete something");
        assertThat(directory.resolve("busy/7")).doesNotExist();
    }

    @Test
    void twoCheckpointsOfOneJobNeverRunAtOnce() throws InterruptedException {
        hello(0, 100);
        journeys.close();
        Thread first = new Thread(() -> jobs.checkpoint("7", order(false), Progress.none()));
        first.start();
        journeys.awaitBegin();

        assertThat(directory.resolve("busy/7")).exists();
        assertThatThrownBy(() -> jobs.checkpoint("7", order(true), Progress.none()))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.code()).isEqualTo(FaultCode.BUSY));

        journeys.open();
        first.join();
        assertThat(journeys.orders).hasSize(1);
    }

    @Test
    void olderCheckpointsAreDeletedAfterEachSuccess() {
        hello(0, 100);

        for (int i = 0; i < 4; i++) {
            jobs.checkpoint("7", order(false), Progress.none());
        }

        assertThat(journeys.stored).extracting(StoredCheckpoint::id).containsExactly("taken-2", "taken-3");
    }

    @Test
    void checkpointsOfAnEarlierJobOfThatNameTakeNobodysPlace() {
        journeys.add("of-another-life", 3, "2025-01-01T00:00:00Z");
        journeys.add("of-another-life-too", 3, "2025-01-02T00:00:00Z");
        hello(0, 100);

        jobs.checkpoint("7", order(false), Progress.none());
        jobs.checkpoint("7", order(false), Progress.none());

        assertThat(journeys.stored)
                .extracting(StoredCheckpoint::id)
                .containsExactly("of-another-life", "of-another-life-too", "taken-0", "taken-1");
    }

    @Test
    void aVacatedJobTellsItsPlaceAndGivesUpItsLease() throws InterruptedException {
        FakeLink link = hello(0, 100);
        link.heard();

        jobs.checkpoint("7", order(true), Progress.none());

        assertThat(link.heard().type()).isEqualTo(PlaceType.VACATED);
        assertThat(status().state()).isEqualTo(JobStatus.State.VACATED);
        assertThat(directory.resolve("shared/.cluster/leases/7/0")).doesNotExist();
        assertThat(daemon().statuses()).as("a new daemon knows nothing of it").isEmpty();
    }

    @Test
    void aPlaceLearnsThatItsJobLeavesBeforeTheJobIsEnded() throws InterruptedException {
        FakeLink link = hello(0, 100);
        link.heard();
        journeys.failOnceDurable(new Fault(FaultCode.INTERNAL, "the engine dies", "start another"));

        assertThatThrownBy(() -> jobs.checkpoint("7", order(true), Progress.none()))
                .isInstanceOf(Fault.class);

        assertThat(link.heard().type()).isEqualTo(PlaceType.VACATED);
        assertThat(status().state()).isEqualTo(JobStatus.State.VACATED);
    }

    @Test
    void aPlaceThatSaysItsJobWasKilledLearnsThatItWasVacated() throws InterruptedException {
        hello(0, 100);
        ProtectedJob job = jobs.running().get(0);
        job.place().ifPresent(job::disconnect);
        jobs.checkpoint("7", order(true), Progress.none());
        FakeLink again = helloRunning(0, 100);

        jobs.exited(job, Place.greeted(again, PlaceMessage.of(PlaceType.HELLO, 0)), SOON);

        assertThat(again.heard().type()).isEqualTo(PlaceType.VACATED);
    }

    @Test
    void aJobThatEndsByItselfIsLeftToItsStatus() throws InterruptedException {
        FakeLink link = hello(0, 100);
        link.heard();
        ProtectedJob job = jobs.running().get(0);

        jobs.exited(job, job.place().orElseThrow(), SOON);

        assertThat(link.heard().type()).isEqualTo(PlaceType.PASS);
        assertThat(status().state()).isEqualTo(JobStatus.State.ENDED);
        assertThat(directory.resolve("shared/.cluster/leases/7/0")).doesNotExist();
    }

    @Test
    void aPeriodicCheckpointIsDueAfterItsIntervalAndOnlyOnce() {
        hello(0, 100);
        assertThat(jobs.due(clock.instant().plusSeconds(59))).isEmpty();

        clock.advance(Duration.ofSeconds(60));
        List<ProtectedJob> due = jobs.due(clock.instant());
        assertThat(due).hasSize(1);
        assertThat(jobs.due(clock.instant())).isEmpty();

        jobs.takePeriodic(due.get(0));
        assertThat(status().nextCheckpointTime()).contains(clock.instant().plusSeconds(60));
    }

    @Test
    void anAutomaticIntervalFollowsWhatACheckpointCosts() {
        interval = Interval.AUTO;
        hello(0, 100);
        assertThat(status().nextCheckpointTime()).contains(clock.instant().plus(Duration.ofMinutes(5)));

        journeys.history = CheckpointHistory.NONE.with(PastCheckpoint.newBuilder()
                .setFrozenNs(Duration.ofSeconds(2).toNanos())
                .setTotalNs(Duration.ofSeconds(3).toNanos())
                .build());
        jobs.checkpoint("7", order(false), Progress.none());

        assertThat(status().rhythm().orElseThrow().reason()).contains("stands still for 2.000 s", "every 1.0 days");
        assertThat(Duration.between(
                        clock.instant(), status().nextCheckpointTime().orElseThrow()))
                .isBetween(Duration.ofSeconds(587), Duration.ofSeconds(588));
    }

    @Test
    void aFailedPeriodicCheckpointIsTriedAgainAfterTheInterval() {
        hello(0, 100);
        journeys.fail(new Fault(FaultCode.STORE_FULL, "full", "wait"));

        jobs.takePeriodic(jobs.running().get(0));

        assertThat(status().nextCheckpointTime()).contains(clock.instant().plusSeconds(60));
    }

    @Test
    void aNewDaemonLearnsTheJobsThatRun() {
        hello(0, 100);

        JobStatus status = daemon().statuses().get(0);

        assertThat(status.state()).isEqualTo(JobStatus.State.RUNNING);
        assertThat(status.rootPid()).isEqualTo(101);
        assertThat(status.rhythm()).contains(new Rhythm(Duration.ofSeconds(60), ""));
    }

    @Test
    void aNewDaemonForgetsAJobWhosePidBelongsToAnotherNow() {
        hello(0, 100);
        processes.born(100, 2);

        assertThat(daemon().statuses()).isEmpty();
        assertThat(directory.resolve("shared/.cluster/leases/7/0")).doesNotExist();
    }

    @Test
    void aRunningPlaceIsAdoptedWithoutAJournal() throws Exception {
        hello(0, 100);
        Files.delete(directory.resolve("state/7.job"));
        jobs = daemon();

        FakeLink link = helloRunning(0, 100);

        assertThat(link.heardNothingMore()).isTrue();
        assertThat(status().state()).isEqualTo(JobStatus.State.RUNNING);
    }

    @Test
    void whatAKilledDaemonWasDoingIsNotBusyAnyMore() throws Exception {
        Files.createDirectories(directory.resolve("busy"));
        Files.writeString(directory.resolve("busy/7"), "");

        daemon();

        assertThat(directory.resolve("busy/7")).doesNotExist();
    }

    @Test
    void aNewDaemonHoldsTheSchedulerBackForWhatAnEndedJobHasLeftHere() throws Exception {
        Path own = Files.createDirectory(directory.resolve("own"));
        Path busy = directory.resolve("busy");
        Seal seal = StoreCase.seal(directory);
        DirectoryStore local = new DirectoryStore(own, seal);
        StoreCase.checkpoint(local, "8", 0, 1, seal);
        Path store = directory.resolve("store");
        Staging staging = new Staging(
                local,
                new DirectoryStore(store, seal),
                "n1",
                (from, into) -> {},
                (from, into) -> from.transferTo(0, from.size(), into));

        ProtectedJobs next = daemon(new Backlog(Optional.of(new OwnStore(
                new NodeStore(own, Long.MAX_VALUE), new WaitingNotes(directory.resolve("state")), staging))));

        assertThat(busy.resolve("8"))
                .content()
                .isEqualTo(Long.toString(ProcessHandle.current().pid()));
        next.stage();
        assertThat(busy.resolve("8")).as("the store is not there yet").exists();
        Files.createDirectory(store);
        staging.bringNext("8");
        next.stage();
        assertThat(busy.resolve("8")).doesNotExist();
    }

    @Test
    void jobsOfANodeThatLostItsLeaseAreStopped() throws InterruptedException {
        FakeLink link = hello(0, 100);
        link.heard();
        Guard guard = new Guard(fence, jobs);
        guard.stopWhenLost();
        assertThat(processes.ended).isEmpty();

        pace.advance(Duration.ofSeconds(10));
        guard.stopWhenLost();
        guard.stopWhenLost();

        assertThat(link.heard()).isEqualTo(PlaceMessage.of(PlaceType.END, Place.EXIT_VACATED));
        assertThat(processes.ended).containsExactly(100);
        assertThat(status().message()).contains("could not renew its lease");
    }

    @Test
    void jobsOfANodeThatWasHeldStillItselfRunOnWhenNothingBeganElsewhere() {
        hello(0, 100);
        Guard guard = new Guard(fence, jobs);
        pace.advance(Duration.ofHours(1));

        guard.stopWhenLost();
        guard.beat();
        guard.stopWhenLost();
        guard.stopWhenLost();

        assertThat(processes.ended).isEmpty();
    }

    @Test
    void aJobThatRunsNewerElsewhereIsStoppedHere() throws Exception {
        hello(0, 100);
        Files.writeString(directory.resolve("shared/.cluster/leases/7/1"), "n2 other-boot\n");

        new Guard(fence, jobs).beat();

        assertThat(processes.ended).containsExactly(100);
        assertThat(directory.resolve("shared/.cluster/leases/7/0")).doesNotExist();
    }

    @Test
    void aJobStartsWithoutAFenceRatherThanNotAtAll() throws Exception {
        breakSharedDirectory();

        assertThat(hello(0, 100).heard().type()).isEqualTo(PlaceType.START);
        assertThat(status().message()).contains("of the nodes");
    }

    @Test
    void statusTellsThatTheOthersDoNotHearThisNode() throws Exception {
        hello(0, 100);
        breakSharedDirectory();

        assertThatThrownBy(new Guard(fence, jobs)::beat).isInstanceOf(Fault.class);

        assertThat(status().message()).contains("of the nodes");
    }

    @Test
    void aJobThatRequiresProtectionDoesNotStartWithoutAFence() throws Exception {
        breakSharedDirectory();
        processes.born(100, 1);
        FakeLink link = new FakeLink(new Peer(100, 0, 0));
        jobs.greet(Place.greeted(link, PlaceMessage.hello(protection("7", 0), Set.of(PlaceFlag.REQUIRED), 0)));

        assertThat(link.heard().type()).isEqualTo(PlaceType.REFUSE);
    }

    private void breakSharedDirectory() throws Exception {
        Files.move(directory.resolve("shared"), directory.resolve("unmounted"));
        Files.writeString(directory.resolve("shared"), "");
    }

    private FakeLink hello(int generation, int pid) {
        return greet(generation, pid, Set.of(PlaceFlag.PRIVATE_PIDS));
    }

    private FakeLink helloRunning(int generation, int pid) {
        return greet(generation, pid, Set.of(PlaceFlag.PRIVATE_PIDS, PlaceFlag.RUNNING));
    }

    private FakeLink greet(int generation, int pid, Set<PlaceFlag> flags) {
        scheduler.job("7", JobRecord.State.RUNNING, generation);
        processes.born(pid, 1);
        FakeLink link = new FakeLink(new Peer(pid, 0, 0));
        jobs.greet(Place.greeted(link, PlaceMessage.hello(protection("7", generation), flags, 0)));
        return link;
    }

    private Protection protection(String job, int generation) {
        return new Protection(job, OWNER, OWNER, generation, Optional.of(interval), 0, "");
    }

    private JobStatus status() {
        return jobs.statuses().get(0);
    }

    private static CheckpointOrder order(boolean vacate) {
        return new CheckpointOrder(
                new Target.Job("7"),
                OptionalInt.of(OWNER),
                vacate,
                Optional.empty(),
                Optional.empty(),
                Strategy.AUTO,
                OptionalInt.empty(),
                Limits.NONE,
                false);
    }

    static JobFacts facts(String id, int generation, int init) {
        return new JobFacts(
                id,
                generation,
                OWNER,
                OWNER,
                Optional.empty(),
                2,
                Optional.empty(),
                new ProcessName(init, 1),
                true,
                Instant.EPOCH,
                Instant.EPOCH);
    }
}
