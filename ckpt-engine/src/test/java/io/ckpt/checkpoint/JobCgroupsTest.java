package io.ckpt.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.freeze.CgroupMounts;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.image.v1.OwnCgroup;
import io.ckpt.kind.JobCgroup;
import io.ckpt.kind.RecordedContext;
import io.ckpt.kind.RecordedProcess;
import io.ckpt.kind.namespace.OwnCgroupKind;
import io.ckpt.procfs.MountInfo;
import io.ckpt.procfs.Recorded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory with files stands for a hierarchy. */
class JobCgroupsTest {
    private static final String NO_LIMIT = "9223372036854771712";

    @TempDir
    Path hierarchy;

    private final RecordedProcess first = new RecordedProcess(4711, 10);
    private final RecordedProcess second = new RecordedProcess(4712, 11);

    @BeforeEach
    void startsInACgroupOfItsOwn() throws IOException {
        first.text("outer status", Recorded.text("status").replaceAll("\nPid:\t\\d+", "\nPid:\t4700"))
                .text("outer cgroup", "4:memory:/job\n")
                .text("cgroup", "4:memory:/job\n")
                .text("status", Recorded.text("status"));
        second.text("cgroup", "4:memory:/job\n");
        make("job", "4700 4711 4712", NO_LIMIT);
    }

    @Test
    void findsWhatTheJobMadeBelowItsOwn() throws IOException {
        second.text("cgroup", "4:memory:/job/outer/inner\n");
        make("job/outer", "", NO_LIMIT);
        make("job/outer/inner", "4712", "65536");
        make("other", "4713", "65536");

        JobCgroups cgroups = cgroups();

        assertThat(cgroups.own()).extracting(JobCgroup::path).containsExactly("outer", "outer/inner");
        assertThat(cgroups.own().get(1).members()).containsExactly(second);
        assertThat(settings(cgroups.own().get(0))).isEmpty();
        assertThat(settings(cgroups.own().get(1)))
                .extracting(OwnCgroup.Setting::getFile)
                .containsExactly("memory.limit_in_bytes");
        assertThat(cgroups.warnings()).isEmpty();
    }

    @Test
    void takesTheFirstProcessToHaveLeftForOneOfItsOwn() throws IOException {
        first.text("cgroup", "4:memory:/job/leaf\n");
        make("job/leaf", "4711", "65536");
        assertThat(cgroups().own()).extracting(JobCgroup::path).containsExactly("leaf");
    }

    @Test
    void leavesAloneWhatLiesBesideIt() throws IOException {
        second.text("cgroup", "4:memory:/other\n");
        make("other", "4712", "65536");
        make("job/foreign", "4713", "65536");

        JobCgroups cgroups = cgroups();

        assertThat(cgroups.own()).isEmpty();
        assertThat(cgroups.warnings()).hasSize(1).first().asString().contains("memory:/other", "did not make");
    }

    @Test
    void tellsOnceOfAllThatIsLost() throws IOException {
        first.text("cgroup", "4:memory:/job/shared\n");
        second.text("cgroup", "4:memory:/job/shared/mine\n");
        make("job/shared", "4711 4713", "65536");
        make("job/shared/mine", "4712", "65536");

        JobCgroups cgroups = cgroups();

        assertThat(cgroups.own()).isEmpty();
        assertThat(cgroups.warnings())
                .hasSize(1)
                .first()
                .asString()
                .contains("memory:/job/shared, memory:/job/shared/mine which are shared");
    }

    @Test
    void ofACgroupThatOthersAreInTakesOnlyWhereItsProcessesAre() throws IOException {
        second.text("cgroup", "4:memory:/job/mine\n");
        make("job", "4700 4711 4713", NO_LIMIT);
        make("job/mine", "4712", "65536");
        make("job/empty", "", "65536");
        assertThat(cgroups().own()).extracting(JobCgroup::path).containsExactly("mine");
    }

    @Test
    void belowTheRootTakesOnlyWhereItsProcessesAre() throws IOException {
        first.text("outer cgroup", "4:memory:/\n").text("cgroup", "4:memory:/\n");
        second.text("cgroup", "4:memory:/job\n");
        make("job", "4712", "65536");
        make("empty", "", "65536");
        assertThat(cgroups().own()).extracting(JobCgroup::path).containsExactly("job");
    }

    private JobCgroups cgroups() {
        MountInfo mounts = MountInfo.parse("32 27 0:27 / " + hierarchy + " rw - cgroup cgroup rw,memory\n");
        return new JobCgroups(
                new RecordedContext(first, second).job(), List.of(first, second), new CgroupMounts(mounts));
    }

    private static List<OwnCgroup.Setting> settings(JobCgroup cgroup) {
        return new OwnCgroupKind()
                .capture(cgroup, new RecordedContext(cgroup.members().toArray(FrozenProcess[]::new)))
                .getSettingsList();
    }

    private void make(String path, String processes, String limit) throws IOException {
        Path directory = Files.createDirectories(hierarchy.resolve(path));
        String lines = processes.replace(' ', '\n');
        Files.writeString(directory.resolve("cgroup.procs"), lines);
        Files.writeString(directory.resolve("tasks"), lines);
        Files.writeString(directory.resolve("memory.limit_in_bytes"), limit + "\n");
    }
}
