package io.ckpt.procfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kernel.Signals;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One and the same process under kernels from 4.18 (RHEL 8) on, in the formats of each: fields come and go, facts stay. The
 * texts were written by hand after Documentation/filesystems/proc.rst and what these kernels are known to print.
 */
class KernelsTest {
    private static final long HEAP = 0x55d0_c1a4_0000L;
    private static final long HUGE = 0x7f20_a000_0000L;
    private static final long LOCKED = 0x7f20_a040_0000L;
    private static final long FORBIDDEN = 0x7f20_a070_0000L;

    private record Kernel(String release, Map<String, String> texts) {
        static Kernel of(String release) {
            String all = Recorded.text("kernels/" + release);
            return new Kernel(
                    release,
                    Stream.of(all.split("(?m)^=== "))
                            .filter(section -> !section.isEmpty())
                            .collect(Collectors.toMap(
                                    section -> section.substring(0, section.indexOf('\n')),
                                    section -> section.substring(section.indexOf('\n') + 1))));
        }

        String text(String name) {
            return texts.get(name);
        }

        boolean has(String name) {
            return texts.containsKey(name);
        }

        @Override
        public String toString() {
            return release;
        }
    }

    static List<Kernel> kernels() {
        return Stream.of("4.18", "5.10", "5.14", "6.1", "6.6", "6.12")
                .map(Kernel::of)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void tellStatus(Kernel kernel) {
        ProcStatus status = ProcStatus.parse(kernel.text("status"));

        assertThat(status.name()).isEqualTo("solver");
        assertThat(status.umask()).hasValue(0027);
        assertThat(status.state()).isEqualTo('S');
        assertThat(List.of(status.tgid(), status.pid(), status.parent())).containsExactly(4711, 4712, 4700);
        assertThat(List.of(status.innerTgid(), status.innerPid(), status.innerProcessGroup(), status.innerSession()))
                .containsExactly(12, 13, 12, 0);
        assertThat(status.session()).isEqualTo(4650);
        assertThat(status.uid()).isEqualTo(new ProcStatus.Identity(1000, 1000, 1000, 1000));
        assertThat(status.groups()).containsExactly(1001, 4000);
        assertThat(status.kernelThread()).isFalse();
        assertThat(status.threads()).isEqualTo(2);
        assertThat(status.queuedSignalsLimit()).isEqualTo(127432);
        assertThat(status.processPending()).isEqualTo(Signals.set(10));
        assertThat(status.blocked()).isEqualTo(Signals.set(17));
        assertThat(status.capabilities().permitted()).isZero();
        assertThat(status.capabilities().bounding() & 0x3f_ffff_ffffL).isEqualTo(0x3f_ffff_ffffL);
        assertThat(status.noNewPrivileges()).isTrue();
        assertThat(status.seccomp()).isEqualTo(2);
        assertThat(status.cpus()).containsExactly(2, 3, 32);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void tellStat(Kernel kernel) {
        ProcStat stat = ProcStat.parse(kernel.text("stat"));

        assertThat(stat.pid()).isEqualTo(4712);
        assertThat(stat.isKernelThread()).isFalse();
        assertThat(stat.cpuTicks()).isEqualTo(280);
        assertThat(stat.startTime()).isEqualTo(200534);
        assertThat(stat.startBrk()).isEqualTo(94355541393408L);
        assertThat(stat.envEnd()).isEqualTo(140720834191359L);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void tellMappings(Kernel kernel) {
        Map<Long, Vma> vmas =
                ProcMaps.parse(kernel.text("maps")).vmas().stream().collect(Collectors.toMap(Vma::start, vma -> vma));

        assertThat(vmas.get(HEAP).path()).isEqualTo("[heap]");
        assertThat(vmas.get(HEAP).isAnonymous()).isTrue();
        assertThat(vmas.get(HUGE).isDeleted()).isTrue();
        assertThat(vmas.get(LOCKED).isAnonymous()).isTrue();
        assertThat(vmas.get(FORBIDDEN).protection()).isZero();
        assertThat(vmas.values())
                .extracting(Vma::filePath)
                .contains("/opt/solver/bin/solver", "/dev/zero", "/dev/shm/with a blank");
        assertThat(vmas.values().stream().filter(Vma::isVdso)).hasSize(1);
        assertThat(vmas.values().stream().filter(Vma::isVvar)).hasSize(1);
        assertThat(vmas.values().stream().filter(Vma::isVsyscall)).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void tellWhatMappingsAreLike(Kernel kernel) {
        Smaps smaps = Smaps.parse(kernel.text("smaps"));
        List<Vma> vmas = ProcMaps.parse(kernel.text("maps")).vmas();

        assertThat(smaps.areas()).hasSameSizeAs(vmas);
        assertThat(smaps.tellsOf(vmas)).isTrue();
        assertThat(smaps.at(HEAP).flags()).contains("rd", "wr", "ac");
        assertThat(smaps.at(HEAP).resident()).isEqualTo(20 << 10);
        assertThat(smaps.at(HUGE).flags()).contains("ht");
        assertThat(smaps.at(HUGE).pageSize()).isEqualTo(2 << 20);
        assertThat(smaps.at(LOCKED).flags()).contains("lo");
        assertThat(smaps.at(HEAP).protectionKey()).isZero();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void tellMounts(Kernel kernel) {
        MountInfo mounts = MountInfo.parse(kernel.text("mountinfo"));
        ProcCgroup cgroups = ProcCgroup.parse(kernel.text("cgroup"));

        assertThat(mounts.root().orElseThrow().type()).isEqualTo("xfs");
        assertThat(mounts.leadingTo("/home/user").orElseThrow().source()).isEqualTo("filer:/export/home");
        assertThat(mounts.byId(42).orElseThrow().root()).isEqualTo("/scratch/job 42");
        assertThat(mounts.byId(42).orElseThrow().propagation()).containsExactly("master:1");
        assertThat(mounts.byId(43).orElseThrow().isReadOnly()).isTrue();
        assertThat(mounts.byId(44).orElseThrow().source()).isEmpty();
        ProcCgroup.Membership own =
                cgroups.controller("memory").or(cgroups::unified).orElseThrow();
        assertThat(own.path()).endsWith("job_42/step_0");
        assertThat(mounts.mounts().stream().filter(mount -> mount.shows(own))).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void tellOpenFiles(Kernel kernel) {
        FdInfo regular = FdInfo.parse(kernel.text("fdinfo-regular"));

        assertThat(regular.position()).isEqualTo(100);
        assertThat(regular.mountId()).isEqualTo(40);
        assertThat(regular.locks())
                .containsExactly(
                        new FdInfo.Lock("FLOCK", "ADVISORY", "WRITE", 4711, 0, Long.MAX_VALUE),
                        new FdInfo.Lock("OFDLCK", "ADVISORY", "READ", -1, 5, 14));
        assertThat(FdInfo.parse(kernel.text("fdinfo-eventfd")).eventfd().count())
                .isEqualTo(5);
        assertThat(FdInfo.parse(kernel.text("fdinfo-epoll")).epollTargets())
                .containsExactly(new FdInfo.EpollTarget(
                        3, EpollEvents.IN | EpollEvents.ERR | EpollEvents.HUP | EpollEvents.ONESHOT, 0xdead_beefL));
        assertThat(FdInfo.parse(kernel.text("fdinfo-timerfd")).timerfd())
                .isEqualTo(new FdInfo.Timerfd(1, 2, 1, 3_600_499_975_053L, 250_000_000L));
        assertThat(FdInfo.parse(kernel.text("fdinfo-inotify")).inotifyWatches())
                .containsExactly(new FdInfo.InotifyWatch(
                        2, 0x13, 0xfd00000, 2, Optional.of(new FdInfo.Handle(1, "1300000000000000"))));
        assertThat(FdInfo.parse(kernel.text("fdinfo-signalfd")).signalMask()).isEqualTo(Signals.set(10, 15));
        if (kernel.has("fdinfo-pidfd")) { // since 5.3
            assertThat(FdInfo.parse(kernel.text("fdinfo-pidfd")).pid()).isEqualTo(4711);
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void tellTimers(Kernel kernel) {
        assertThat(ProcTimers.parse(kernel.text("timers")).timers())
                .containsExactly(
                        new ProcTimers.Timer(1, 34, 0xdead_beefL, ProcTimers.Notify.SIGNAL, true, 4712, 1),
                        new ProcTimers.Timer(0, 10, 0, ProcTimers.Notify.NONE, false, 4711, -6));
    }

    /** A text that ends in the midst of a line that is needed. */
    @ParameterizedTest
    @MethodSource("kernels")
    void areNotGuessedAt(Kernel kernel) {
        assertMisread(ProcStatus::parse, upTo(kernel.text("status"), "Cpus_all"));
        assertMisread(ProcStat::parse, upTo(kernel.text("stat"), " 140720834187264"));
        assertMisread(ProcMaps::parse, upTo(kernel.text("maps"), "-55d0c1a61000"));
        assertMisread(Smaps::parse, upTo(kernel.text("smaps"), "-55d0c1a61000"));
        assertMisread(MountInfo::parse, upTo(kernel.text("mountinfo"), " - proc"));
        assertMisread(ProcCgroup::parse, upTo(kernel.text("cgroup"), ":/"));
        assertMisread(ProcTimers::parse, upTo(kernel.text("timers"), "ClockID"));
        assertMisread(text -> FdInfo.parse(text).locks(), upTo(kernel.text("fdinfo-regular"), " 5 14"));
    }

    private static String upTo(String text, String end) {
        assertThat(text).contains(end);
        return text.substring(0, text.indexOf(end));
    }

    private static void assertMisread(Consumer<String> parser, String text) {
        assertThatThrownBy(() -> parser.accept(text)).isInstanceOf(Fault.class);
    }
}
