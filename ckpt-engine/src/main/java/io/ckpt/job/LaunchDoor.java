package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.Launch;
import io.ckpt.freeze.NativeProcess;
import io.ckpt.freeze.PacketListener;
import io.ckpt.freeze.PacketSocket;
import io.ckpt.place.LinkRefusal;
import io.ckpt.scheduler.Interval;
import io.ckpt.scheduler.Scheduler;
import io.ckpt.scheduler.Ticket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes places for launchers that are processes of users: ckpt-run starts an init as root for each, in the launcher's
 * cgroups and with its limits. A launcher is believed nothing: which job its session is, the scheduler's ticket says.
 */
public final class LaunchDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LaunchDoor.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Integer LINK = 3;

    private final PacketListener listener;
    private final Scheduler scheduler;
    private final Path notifySocket;

    /** @param notifySocket where the places shall report */
    public LaunchDoor(PacketListener listener, Scheduler scheduler, Path notifySocket) {
        this.listener = listener;
        this.scheduler = scheduler;
        this.notifySocket = notifySocket;
    }

    void serve(Executor workers) {
        Optional<PacketSocket> launcher = listener.accept(Optional.empty());
        while (launcher.isPresent()) {
            PacketSocket next = launcher.get();
            workers.execute(() -> answer(next));
            launcher = listener.accept(Optional.empty());
        }
    }

    private void answer(PacketSocket launcher) {
        try (launcher) {
            try {
                startInit(launcher, ticket(launcher));
            } catch (Fault fault) {
                LOG.warn("no place for pid {}: {}", launcher.peer().pid(), fault.getMessage());
                launcher.send(LinkRefusal.encode(fault.getMessage() + "; " + fault.remedy()));
            }
        } catch (Fault gone) {
            LOG.warn("a launcher is gone: {}", gone.getMessage());
        }
    }

    private Ticket ticket(PacketSocket launcher) {
        return scheduler
                .tickets()
                .ofSession(launcher.peerSession())
                .filter(ticket -> ticket.uid() == launcher.peer().uid())
                .orElseThrow(() -> new Fault(
                        FaultCode.NOT_PERMITTED,
                        "process " + launcher.peer().pid() + " was not announced as a job by the scheduler's hook",
                        "let the scheduler start the job; see that its launch hook runs"));
    }

    private void startInit(PacketSocket launcher, Ticket ticket) {
        Launch launch = Launch.of(
                        Launch.installed("ckpt-run"),
                        options(ticket, launcher.peer().gid()).toArray(String[]::new))
                .withDescriptors(0, 1, 2, launcher.descriptor());
        try (NativeProcess starter = NativeProcess.start(launch)) {
            int status = starter.waitFor(PATIENCE).orElse(-1);
            LOG.info("place for job {} of uid {}: status {}", ticket.job(), ticket.uid(), status);
        }
    }

    /** Which group is its main one, the job itself shows. */
    private List<String> options(Ticket ticket, int gid) {
        List<String> options = new ArrayList<>(List.of("--serve", LINK.toString(), "--job", ticket.job()));
        options.addAll(List.of("--uid", text(ticket.uid()), "--gid", text(gid)));
        options.addAll(List.of("--generation", text(ticket.generation()), "--keep", text(ticket.keep())));
        options.addAll(List.of("--socket", notifySocket.toString()));
        ticket.interval().ifPresent(each -> options.addAll(List.of("--interval", text(each))));
        ticket.store().ifPresent(each -> options.addAll(List.of("--store", each.toString())));
        if (ticket.required() || ticket.generation() > 0) {
            options.add("--required");
        }
        return options;
    }

    private static String text(Interval interval) {
        return interval instanceof Interval.Every every
                ? Long.toString(every.time().toSeconds())
                : interval.toString();
    }

    private static String text(int number) {
        return Integer.toString(number);
    }

    @Override
    public void close() {
        listener.close();
    }
}
