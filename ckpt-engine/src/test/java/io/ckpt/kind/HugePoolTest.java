package io.ckpt.kind;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.freeze.FileStatus;
import io.ckpt.freeze.NodeNames;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HugePoolTest {
    private static final long HUGE = 2 << 20;

    @Test
    void hasRoomForWhatNobodyHasClaimed() {
        assertThat(HugePool.obstacle(3 * HUGE, HUGE, pool(5, 2, 0, 0))).isEmpty();
        assertThat(HugePool.obstacle(3 * HUGE + 1, HUGE, pool(5, 2, 0, 0)))
                .get()
                .asString()
                .contains("needs 4 huge pages of 2048 kB", "has 3 to spare");
    }

    @Test
    void mayGrow() {
        assertThat(HugePool.obstacle(3 * HUGE, HUGE, pool(0, 0, 4, 1))).isEmpty();
        assertThat(HugePool.obstacle(3 * HUGE, HUGE, pool(0, 0, 4, 2))).isPresent();
    }

    @Test
    void doesNotMindOrdinaryMemory() {
        assertThat(HugePool.obstacle(HUGE, 0, pool(0, 0, 0, 0))).isEmpty();
    }

    @Test
    void takesBackThePagesOfAFileThatIsThere() {
        assertThat(HugePool.obstacleOfFile("/dev/hugepages/a", 5 * HUGE, HUGE, files("pagesize=2M", 2)))
                .isEmpty();
        assertThat(HugePool.obstacleOfFile("/dev/hugepages/a", 6 * HUGE, HUGE, files("pagesize=2M", 2)))
                .isPresent();
    }

    @Test
    void wantsAFileOfHugePagesWhereThereCanBeOne() {
        assertThat(HugePool.obstacleOfFile("/dev/hugepages/a", HUGE, HUGE, files("pagesize=1024M", 0)))
                .get()
                .asString()
                .contains("/dev/hugepages/a is a file of huge pages");
        assertThat(HugePool.obstacleOfFile("/dev/shm/a", HUGE, 0, files("", 0))).isEmpty();
    }

    /** Three pages to spare, and a file of some. */
    private static NodeNames files(String option, int pages) {
        NodeNames pool = pool(3, 0, 0, 0);
        return new NodeNames() {
            @Override
            public String text(String file) {
                return file.equals("/proc/self/mountinfo")
                        ? "20 1 8:1 / / rw - ext4 /dev/sda rw\n21 20 0:30 / /dev/hugepages rw - hugetlbfs none rw,"
                                + option + "\n"
                        : pool.text(file);
            }

            @Override
            public Optional<FileStatus> status(String path) {
                return Optional.of(new FileStatus(1, 1, 0100600, 1, 0, 0, 0, pages * HUGE, pages * HUGE / 512, 0));
            }
        };
    }

    private static NodeNames pool(int free, int claimed, int most, int surplus) {
        return file -> {
            assertThat(file).startsWith("/sys/kernel/mm/hugepages/hugepages-2048kB/");
            return switch (file.substring(file.lastIndexOf('/') + 1)) {
                case "free_hugepages" -> free + "\n";
                case "resv_hugepages" -> claimed + "\n";
                case "nr_overcommit_hugepages" -> most + "\n";
                default -> surplus + "\n";
            };
        };
    }
}
