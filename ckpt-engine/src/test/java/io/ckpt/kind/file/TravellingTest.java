package io.ckpt.kind.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.kernel.FileMode;
import io.ckpt.kind.RecordedContext;
import io.ckpt.kind.RecordedFile;
import io.ckpt.kind.RecordedProcess;
import org.junit.jupiter.api.Test;

class TravellingTest {
    private static final int PID = 1;

    private final RecordedProcess process = new RecordedProcess(4711, 1);
    private final RecordedContext context = new RecordedContext(process);
    private final TravellingKind kind = new TravellingKind();

    @Test
    void leavesOrdinaryFilesToTheirKinds() {
        assertThat(kind.accepts(travelling("/data/a", FileMode.REGULAR), context))
                .isFalse();
        assertThat(kind.accepts(travelling("anon_inode:[eventfd]", 0), context)).isFalse();
        assertThat(kind.accepts(travelling("anon_inode:[timerfd]", 0), context)).isFalse();
    }

    @Test
    void refusesWhatComesBackThroughANumber() {
        RecordedFile watcher = travelling("anon_inode:inotify", 0);
        assertThat(kind.accepts(watcher, context)).isTrue();
        kind.capture(watcher, context);
        assertThat(context.refusals().get(0).toString()).contains("cannot be checkpointed while they wait");
    }

    @Test
    void refusesWhatIsLockedOrSignalsSomebody() {
        RecordedFile owned = travelling("/data/a", FileMode.REGULAR).owner(PID, 4711, 0);
        RecordedFile locked = travelling("/data/b", FileMode.REGULAR)
                .info("pos:\t0\nflags:\t02\nmnt_id:\t1\nlock:\t1: FLOCK  ADVISORY  WRITE 1 08:01:2 0 EOF\n");
        assertThat(kind.accepts(owned, context)).isTrue();
        assertThat(kind.accepts(locked, context)).isTrue();
        kind.capture(locked, context);
        assertThat(context.refusals().get(0).toString()).contains("it is locked or signals somebody");
    }

    private RecordedFile travelling(String link, int mode) {
        return new RecordedFile(process, -1, 5)
                .link(link)
                .info("pos:\t0\nflags:\t02\nmnt_id:\t1\n")
                .status(mode, 7, 1, 0, 0);
    }
}
