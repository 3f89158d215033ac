package io.ckpt.procfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.Signals;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FdInfoTest {
    private static FdInfo recorded(String name) {
        return FdInfo.parse(Recorded.text("fdinfo-" + name));
    }

    @Test
    void readsPositionAndFlags() {
        FdInfo info = recorded("locks");

        assertThat(info.position()).isEqualTo(100);
        assertThat(OpenFlags.text(info.flags())).isEqualTo("O_RDWR|O_APPEND|O_LARGEFILE|O_CLOEXEC");
        assertThat(info.mountId()).isEqualTo(43);
        assertThat(info.inode()).isEqualTo(2146530);
    }

    @Test
    void readsLocks() {
        assertThat(recorded("locks").locks())
                .containsExactly(
                        new FdInfo.Lock("FLOCK", "ADVISORY", "READ", 1, 0, Long.MAX_VALUE),
                        new FdInfo.Lock("POSIX", "ADVISORY", "WRITE", 1, 5, 14));
    }

    @Test
    void readsEventfd() {
        assertThat(recorded("eventfd").eventfd()).isEqualTo(new FdInfo.Eventfd(5, 1, true));
    }

    @Test
    void readsEventfdOfAnOlderKernel() {
        FdInfo info = FdInfo.parse("pos:\t0\nflags:\t02\nmnt_id:\t15\neventfd-count: fffffffffffffffe\n");

        assertThat(info.inode()).isZero();
        assertThat(info.eventfd()).isEqualTo(new FdInfo.Eventfd(-2, -1, false));
    }

    @Test
    void readsEpollTargets() {
        assertThat(recorded("epoll").epollTargets())
                .containsExactly(
                        new FdInfo.EpollTarget(
                                3,
                                EpollEvents.IN
                                        | EpollEvents.OUT
                                        | EpollEvents.ERR
                                        | EpollEvents.HUP
                                        | EpollEvents.ONESHOT,
                                3),
                        new FdInfo.EpollTarget(
                                6, EpollEvents.IN | EpollEvents.ERR | EpollEvents.HUP | EpollEvents.ET, 6));
        assertThat(recorded("epoll-empty").epollTargets()).isEmpty();
    }

    @Test
    void readsSignalfd() {
        assertThat(recorded("signalfd").signalMask()).isEqualTo(Signals.set(10, 15, 40));
    }

    @Test
    void readsTimerfd() {
        assertThat(recorded("timerfd").timerfd())
                .isEqualTo(new FdInfo.Timerfd(1, 0, 0, 3_600_499_975_053L, 250_000_000L));
    }

    @Test
    void readsInotifyWatches() {
        assertThat(recorded("inotify").inotifyWatches())
                .contains(new FdInfo.InotifyWatch(
                        2, 0x13, 0xfe00000, 2, Optional.of(new FdInfo.Handle(1, "1300000000000000"))))
                .hasSize(2);
    }

    @Test
    void readsMarksOfFanotify() {
        FdInfo.Fanotify group = recorded("fanotify").fanotify();

        assertThat(group.flags()).isEqualTo(3);
        assertThat(group.eventFlags()).isEqualTo(OpenFlags.LARGEFILE | OpenFlags.CLOEXEC);
        assertThat(group.marks())
                .hasSize(5)
                .contains(
                        new FdInfo.FanotifyMark(0x1b, 0, 0, 0, 0x40000002, 0, Optional.empty()),
                        new FdInfo.FanotifyMark(
                                0,
                                0x6271f,
                                0xfe00000,
                                0x40,
                                0,
                                0x20,
                                Optional.of(new FdInfo.Handle(1, "1f27060000000000"))),
                        new FdInfo.FanotifyMark(0, 0, 0xfe00000, 0, 0x8000240, 0, Optional.empty()));
    }

    @Test
    void readsMarkOfMountNamespace() {
        FdInfo info =
                FdInfo.parse("pos:\t0\nflags:\t02\nmnt_id:\t17\nino:\t1038\nfanotify flags:4000 event-flags:8000\n"
                        + "fanotify mnt_ns:4026531841 mflags:0 mask:1000000 ignored_mask:0\n");
        assertThat(info.fanotify().marks()).singleElement().satisfies(mark -> assertThat(mark.device())
                .isZero());
    }

    @Test
    void readsPidfd() {
        assertThat(recorded("pidfd").pid()).isEqualTo(1);
    }

    @Test
    void keepsLinesOfAFileItKnowsNothingAbout() {
        FdInfo info = FdInfo.parse("pos:\t0\nflags:\t02\nmnt_id:\t15\nSqMask:\t0x7\nUserFiles:\t0\n");

        assertThat(info.details()).containsExactly("SqMask:\t0x7", "UserFiles:\t0");
        assertThatThrownBy(info::eventfd).isInstanceOf(Fault.class).hasMessageContaining("eventfd-count");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pos:\t0\n",
                "pos:\tx\nflags:\t02\nmnt_id:\t1\n",
                "pos:\t0\nflags:\t09\nmnt_id:\t1\n",
                "pos:\t0\nflags:\t0777777777777777\nmnt_id:\t1\n"
            })
    void refusesWhatItDoesNotUnderstand(String text) {
        assertThatThrownBy(() -> FdInfo.parse(text)).isInstanceOf(Fault.class).hasMessageContaining("fdinfo");
    }

    @Test
    void refusesASpoiltEpollLine() {
        FdInfo info = FdInfo.parse("pos:\t0\nflags:\t02\nmnt_id:\t15\ntfd: x events: 19 data: 3\n");

        assertThatThrownBy(info::epollTargets).isInstanceOf(Fault.class).hasMessageContaining("tfd: x");
    }
}
