package io.ckpt.cli;

import io.ckpt.v1.CreateRestartRequest;
import io.ckpt.v1.CreateRestartRequest.AddressChange;
import io.ckpt.v1.CreateRestartRequest.FilePolicy;
import io.ckpt.v1.CreateRestartRequest.TcpPolicy;
import io.ckpt.v1.Restart;
import io.ckpt.v1.SignalRestartRequest;
import io.ckpt.v1.WatchRestartRequest;
import io.ckpt.v1.WatchRestartResponse;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ckptctl restart}. */
@Command(
        name = "restart",
        header = "Bring a job back from a checkpoint.",
        description = {
            "",
            "Rebuilds the job as it was and lets it run. In the foreground, which is the default, ckptctl stays with "
                    + "the job, passes on the signals HUP, INT, TERM, USR1, USR2, CONT and TSTP, and exits with the "
                    + "status of the job's first process: 128 + n when signal n ended it, 85 when it was checkpointed "
                    + "and left once more, through the same ckptd.",
            "",
            "The job's standard input, output and error go where those of ckptctl go, when they led to a terminal or "
                    + "to a pipe outside the job. Files are opened again.",
            ""
        },
        sortOptions = false,
        exitCodeList = {"85:the job was checkpointed and left once more"},
        footerHeading = "%nExamples%n",
        footer = {
            "  ckptctl restart 4711-20260102T150405Z-7f3a",
            "  ckptctl restart 4711@latest --detach",
            "  ckptctl restart --store /scratch/ckpt --files strict --dry-run"
        })
final class RestartVerb extends Verb {
    @Mixin
    private CheckpointChoice checkpoint = new CheckpointChoice();

    @Option(
            names = "--detach",
            description = "Return 0 as soon as the job's tasks run, instead of waiting for its end.")
    private boolean detach;

    @Option(
            names = "--files",
            paramLabel = "truncate|strict|ignore",
            description = "What happens to files of the job that changed since the checkpoint: truncate (the default) "
                    + "cuts files that were being appended to, or written from front to back, to the length they had, "
                    + "and reports other changes; strict refuses the restart; ignore opens them as they are.")
    private Files files = Files.TRUNCATE;

    @Option(
            names = "--tcp",
            paramLabel = "close|established|refuse",
            description = "What happens to TCP connections that lead out of the job: close (the default) lets the job "
                    + "find them reset; established goes on with them, for the other end still waits behind the same "
                    + "address; refuse refuses the restart. UNIX connections to services outside are closed, or refused too. "
                    + "Connections within the job always go on.")
    private Tcp tcp = Tcp.CLOSE;

    @Option(
            names = "--address",
            paramLabel = "OLD=NEW",
            description =
                    "Sockets of the job at the address OLD (10.0.0.5, or 10.0.0.5:80 for one port only) come back "
                            + "at NEW. May be given several times; the first that fits counts.")
    private Map<String, String> addresses = new LinkedHashMap<>();

    @Option(
            names = "--lazy",
            description =
                    "Let the job run before its memory is there: what it touches comes first, the rest meanwhile. "
                            + "The job has pids of its own then, and ends when its memory cannot be had. An engine within "
                            + "ckptctl stays until all is there.")
    private boolean lazy;

    @Option(
            names = "--dry-run",
            description = "Check that the image is whole and that nothing is in the way on this node; start nothing.")
    private boolean dryRun;

    /** What happens to changed files. */
    enum Files {
        TRUNCATE(FilePolicy.FILE_POLICY_TRUNCATE),
        STRICT(FilePolicy.FILE_POLICY_STRICT),
        IGNORE(FilePolicy.FILE_POLICY_IGNORE);

        private final FilePolicy policy;

        Files(FilePolicy policy) {
            this.policy = policy;
        }
    }

    /** What happens to connections that lead out. */
    enum Tcp {
        CLOSE(TcpPolicy.TCP_POLICY_CLOSE),
        ESTABLISHED(TcpPolicy.TCP_POLICY_ESTABLISHED),
        REFUSE(TcpPolicy.TCP_POLICY_REFUSE);

        private final TcpPolicy policy;

        Tcp(TcpPolicy policy) {
            this.policy = policy;
        }
    }

    @Override
    int run(Connection connection, Screen screen) {
        CreateRestartRequest request = CreateRestartRequest.newBuilder()
                .setRef(checkpoint.ref())
                .setFilePolicy(files.policy)
                .setDetach(detach)
                .setDryRun(dryRun)
                .setLazy(lazy)
                .setTcpPolicy(tcp.policy)
                .addAllAddressChanges(addresses.entrySet().stream()
                        .map(change -> AddressChange.newBuilder()
                                .setFrom(change.getKey())
                                .setTo(change.getValue())
                                .build())
                        .toList())
                .build();
        Restart restart = connection.restarts().createRestart(request).getRestart();
        Iterator<WatchRestartResponse> changes = connection
                .restarts()
                .watchRestart(
                        WatchRestartRequest.newBuilder().setId(restart.getId()).build());
        Restart up = untilUp(changes, screen);
        up.getWarningsList().forEach(screen::remark);
        return up.getState() == Restart.State.STATE_RUNNING && !detach
                ? stayWith(up, changes, connection, screen)
                : answer(up, screen);
    }

    /** A failed restart is told twice: as a state, and then as the fault that ends the changes. */
    private static Restart untilUp(Iterator<WatchRestartResponse> changes, Screen screen) {
        Restart latest = Restart.getDefaultInstance();
        try (ProgressView view = screen.progress()) {
            do {
                latest = changes.next().getRestart();
                view.show(latest.getProgress());
            } while (latest.getState() == Restart.State.STATE_STARTING
                    || latest.getState() == Restart.State.STATE_FAILED);
            return latest;
        }
    }

    private static int answer(Restart up, Screen screen) {
        screen.answer(up, out -> out.println(sentence(up)));
        return up.getExitStatus();
    }

    /** Standard output is the job's from here on. */
    private static int stayWith(
            Restart up, Iterator<WatchRestartResponse> changes, Connection connection, Screen screen) {
        screen.remark(sentence(up));
        SignalRestartRequest.Builder request = SignalRestartRequest.newBuilder().setId(up.getId());
        Signals.passOn(number ->
                connection.restarts().signalRestart(request.setSignal(number).build()));
        Restart latest = up;
        while (changes.hasNext()) {
            latest = changes.next().getRestart();
        }
        if (screen.json()) {
            screen.json(latest);
        }
        return latest.getExitStatus();
    }

    private static String sentence(Restart up) {
        String from = up.getCheckpoint().getId() + " of "
                + Quantity.time(up.getCheckpoint().getCreateTime());
        if (up.getState() == Restart.State.STATE_PLANNED) {
            return up.getCheckpoint().getJobId() + " can be restarted from " + from + ": nothing is in the way";
        }
        return String.format(
                "%s runs again from %s: process %d, %s in %s",
                up.getCheckpoint().getJobId(),
                from,
                up.getRootPid(),
                Quantity.bytes(up.getLoadedBytes()),
                Quantity.duration(up.getTotalDuration()));
    }
}
