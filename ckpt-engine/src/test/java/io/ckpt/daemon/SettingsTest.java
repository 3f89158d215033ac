package io.ckpt.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.job.Limits;
import io.ckpt.job.NodeStore;
import io.ckpt.job.Pacing;
import io.ckpt.scheduler.Interval;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private static Settings settings(String text) {
        return Settings.of(SettingsFile.parse("ckptd.conf", text));
    }

    @Test
    void checkpointsMayTakeAllUnlessTheSiteSaysOtherwise() {
        assertThat(settings("").limits()).isEqualTo(Limits.NONE);
        assertThat(settings("CheckpointCpus=2\nCheckpointBandwidth=50\n").limits())
                .isEqualTo(new Limits(2, 50 << 20));
        assertThatThrownBy(() -> settings("CheckpointCpus=-1\n")).hasMessageContaining("CheckpointCpus");
    }

    @Test
    void readsKeysWithoutRegardToCaseAndComments() {
        Settings settings = settings("# a node\n\n  store = /scratch/ckpt\nKEEP=5\nScheduler=Slurm\nInterval=10\n");

        assertThat(settings.store()).isEqualTo(Path.of("/scratch/ckpt"));
        assertThat(settings.keep()).isEqualTo(5);
        assertThat(settings.scheduler()).isEqualTo(Settings.Scheduler.SLURM);
        assertThat(settings.interval()).contains(Interval.every(Duration.ofMinutes(10)));
    }

    @Test
    void readsHowAnIntervalIsChosen() {
        Settings settings = settings("Interval=auto\nMTBF=7-0\nIntervalMin=1\nIntervalMax=30\n");

        assertThat(settings.interval()).contains(Interval.AUTO);
        assertThat(settings.pacing())
                .isEqualTo(new Pacing(Duration.ofDays(7), Duration.ofMinutes(1), Duration.ofMinutes(30)));
        assertThat(settings("Interval=0").interval()).isEmpty();
    }

    @Test
    void readsTheStoreOfTheNodeItself() {
        assertThat(settings("").localStore()).isEmpty();
        assertThat(settings("LocalStore=/nvme/ckpt\nLocalStoreSize=3\n").localStore())
                .contains(new NodeStore(Path.of("/nvme/ckpt"), 3L << 30));
        assertThatThrownBy(() -> settings("Store=/ckpt\nLocalStore=/ckpt/\n"))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("that is Store");
    }

    @Test
    void readsWhetherOnlyChangesAreCopied() {
        assertThat(settings("Delta=yes").delta()).isTrue();
        assertThat(settings("Delta=no").delta()).isFalse();
    }

    @Test
    void readsWhetherFilesGoWithAJob() {
        assertThat(settings("EmbedFiles=yes").embedFiles()).isTrue();
        assertThat(settings("").embedFiles()).isFalse();
    }

    @Test
    void readsAdministratorsByNameAndNumber() {
        assertThat(settings("Administrators=root, 1234").administrators()).isEqualTo(Set.of(0, 1234));
    }

    @Test
    void hasASettingForEverything() {
        assertThat(Settings.defaults().socket()).isEqualTo(Path.of("/run/ckpt/ckptd.sock"));
        assertThat(Settings.defaults().administrators()).isEmpty();
    }

    @Test
    void theSampleShowsEveryKeyWithItsDefault() throws Exception {
        String sample = Files.readString(Path.of("distribution/etc/ckptd.conf.sample"));

        assertThat(settings(sample.replaceAll("(?m)^#(?=[A-Z][A-Za-z]+=)", ""))).isEqualTo(Settings.defaults());
        assertThat(sample.lines().filter(line -> line.matches("#[A-Z][A-Za-z]+=.*")))
                .hasSize(Settings.class.getRecordComponents().length
                        - 3
                        + Limits.class.getRecordComponents().length
                        + Pacing.class.getRecordComponents().length
                        + NodeStore.class.getRecordComponents().length);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Stroe=/x                     | ckptd.conf:2: unknown key Stroe                     | did you mean Store?
                    keeep=2                      | ckptd.conf:2: unknown key keeep                     | did you mean Keep?
                    Keep=none                    | ckptd.conf:2: Keep=none                             | see ckptd.conf.sample
                    Keep=0                       | ckptd.conf:2: Keep=0: less than 1                   | see ckptd.conf.sample
                    Delta=maybe                  | ckptd.conf:2: Delta=maybe: neither yes nor no       | see ckptd.conf.sample
                    Store=scratch                | ckptd.conf:2: Store=scratch: not an absolute path   | see ckptd.conf.sample
                    Scheduler=lsf                | ckptd.conf:2: Scheduler=lsf                         | see ckptd.conf.sample
                    Interval=soon                | ckptd.conf:2: Interval=soon: not a time             | see ckptd.conf.sample
                    IntervalMax=4                | ckptd.conf:2: IntervalMax=4: less than IntervalMin  | see ckptd.conf.sample
                    MTBF=0                       | ckptd.conf:2: MTBF=0: no time at all                | see ckptd.conf.sample
                    Store /x                     | ckptd.conf:2: "Store /x" is not Key=Value           | write Key=Value
                    """)
    void namesLineAndWayOut(String line, String message, String remedy) {
        assertThatThrownBy(() -> settings("# first\n" + line + "\n")).isInstanceOfSatisfying(Fault.class, fault -> {
            assertThat(fault.code()).isEqualTo(FaultCode.CONFIGURATION);
            assertThat(fault).hasMessageStartingWith(message);
            assertThat(fault.remedy()).startsWith(remedy);
        });
    }

    @Test
    void refusesAKeyThatComesTwice() {
        assertThatThrownBy(() -> settings("Keep=1\nkeep=2\n"))
                .hasMessage("ckptd.conf:2: keep was set in line 1 already");
    }

    @Test
    void refusesAGroupNobodyKnows() {
        assertThatThrownBy(() -> settings("Administrators=no-such-group-here"))
                .hasMessageContaining("no group \"no-such-group-here\"");
    }

    @Test
    void saysWhichFileCannotBeRead(@TempDir Path directory) {
        Path missing = directory.resolve("ckptd.conf");

        assertThatThrownBy(() -> Settings.read(missing)).hasMessageContaining(missing.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "45, PT45M",
        "0:10, PT10S",
        "90:30, PT1H30M30S",
        "1:30:00, PT1H30M",
        "2-00, PT48H",
        "1-12:30, PT36H30M",
        "1-12:30:15, PT36H30M15S"
    })
    void readsTimeAsSlurmWritesIt(String text, Duration time) {
        assertThat(SchedulerTime.parse(text)).isEqualTo(time);
    }
}
