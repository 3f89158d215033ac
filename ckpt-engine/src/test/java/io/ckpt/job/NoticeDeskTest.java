package io.ckpt.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.place.FakeLink;
import io.ckpt.place.PacketLink.Peer;
import io.ckpt.place.Place;
import io.ckpt.place.PlaceMessage;
import io.ckpt.place.PlaceType;
import io.ckpt.progress.Progress;
import io.ckpt.scheduler.FakeScheduler;
import io.ckpt.scheduler.JobRecord.State;
import io.ckpt.scheduler.Notice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NoticeDeskTest {
    private static final int TERM = 15;

    private final FakeClock clock = new FakeClock();
    private final FakeScheduler scheduler = new FakeScheduler();
    private final FakeLink link = new FakeLink(new Peer(100, 0, 0));
    private final Place place = Place.greeted(link, PlaceMessage.of(PlaceType.HELLO, 0));
    private final ProtectedJob job = new ProtectedJob(ProtectedJobsTest.facts("7", 0, 100), JobState.RUNNING);
    private final List<CheckpointOrder> orders = new ArrayList<>();
    private final NoticeDesk desk = new NoticeDesk(scheduler, (any, order, progress) -> orders.add(order), clock);

    @BeforeEach
    void theSchedulerKnowsTheJob() {
        scheduler.job("7", State.RUNNING, 0);
    }

    @Test
    void aPreemptedJobIsVacatedWhateverTimeIsLeft() {
        scheduler.notice(Notice.Kind.PREEMPTED, clock.instant().plusSeconds(15));

        desk.answer(job, place, TERM);

        assertThat(orders).singleElement().satisfies(order -> {
            assertThat(order.vacate()).isTrue();
            assertThat(order.deadline()).hasValue(new Deadline(Duration.ofSeconds(15), false));
            assertThat(order.expectedOwner()).hasValue(6001);
        });
        assertThat(link.heardNothingMore())
                .as("the place is told by the one who vacates")
                .isTrue();
    }

    @Test
    void aDeadlineThatHasPassedIsNoReasonNotToTry() {
        scheduler.notice(Notice.Kind.PREEMPTED, clock.instant().minusSeconds(3));

        desk.answer(job, place, TERM);

        assertThat(orders).singleElement().satisfies(order -> assertThat(order.vacate())
                .isTrue());
    }

    @ParameterizedTest
    @EnumSource(names = {"CANCELLED", "TIME_LIMIT", "UNKNOWN"})
    void aSignalOfAnotherMeaningIsPassedOn(Notice.Kind kind) throws InterruptedException {
        scheduler.notice(kind, null);

        desk.answer(job, place, TERM);

        assertThat(link.heard().type()).isEqualTo(PlaceType.PASS);
        assertThat(orders).isEmpty();
    }

    @Test
    void aSchedulerThatDoesNotAnswerMeansTheSignalIsPassedOn() throws InterruptedException {
        scheduler.forget("7");
        scheduler.notice(Notice.Kind.PREEMPTED, null);

        desk.answer(job, place, TERM);

        assertThat(link.heard().type()).isEqualTo(PlaceType.PASS);
    }

    @Test
    void aJobThatCannotBeCheckpointedGetsTheSignal() throws InterruptedException {
        scheduler.notice(Notice.Kind.REQUEUED, null);
        NoticeDesk unlucky = new NoticeDesk(
                scheduler,
                (any, order, progress) -> {
                    throw new Fault(FaultCode.STORE_FULL, "full", "wait");
                },
                clock);

        unlucky.answer(job, place, TERM);

        assertThat(link.heard().type()).isEqualTo(PlaceType.PASS);
    }

    @Test
    void aSecondNoticeIsAnsweredByTheFirst() {
        scheduler.notice(Notice.Kind.PREEMPTED, null);
        job.become(JobState.VACATING);

        desk.answer(job, place, TERM);

        assertThat(orders).isEmpty();
        assertThat(link.heardNothingMore()).isTrue();
    }

    @Test
    void aSecondNoticeThatComesTooLateIsAnsweredByTheFirst() {
        scheduler.notice(Notice.Kind.PREEMPTED, null);
        NoticeDesk late = new NoticeDesk(
                scheduler,
                (any, order, progress) -> {
                    any.become(JobState.VACATING);
                    any.become(JobState.VACATING);
                },
                clock);

        late.answer(job, place, TERM);

        assertThat(link.heardNothingMore()).isTrue();
    }

    @Test
    void aPeriodicCheckpointUnderWayIsAwaited() throws InterruptedException {
        scheduler.notice(Notice.Kind.PREEMPTED, clock.instant().plusSeconds(15));
        job.become(JobState.CHECKPOINTING);
        List<JobState> seen = new ArrayList<>();
        NoticeDesk patient = new NoticeDesk(scheduler, new Witness(seen), clock);
        Thread answering = new Thread(() -> patient.answer(job, place, TERM));
        answering.start();
        while (answering.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        job.become(JobState.RUNNING);
        answering.join();

        assertThat(seen)
                .as("it is hurried, and then the job is vacated")
                .startsWith(JobState.CHECKPOINTING)
                .endsWith(JobState.RUNNING)
                .containsOnlyOnce(JobState.RUNNING);
    }

    /** Sees what state a job is in whenever something is asked. */
    private record Witness(List<JobState> seen) implements NoticeDesk.Vacating {
        @Override
        public void hurry(ProtectedJob job) {
            seen.add(job.state());
        }

        @Override
        public void vacate(ProtectedJob job, CheckpointOrder order, Progress progress) {
            seen.add(job.state());
        }
    }
}
