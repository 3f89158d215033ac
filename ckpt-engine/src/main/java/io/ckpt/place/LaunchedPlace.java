package io.ckpt.place;

import io.ckpt.fault.Fault;
import io.ckpt.freeze.Launch;
import io.ckpt.freeze.NativeProcess;
import io.ckpt.freeze.PacketSocket;
import io.ckpt.freeze.PacketSocket.Pair;
import java.time.Duration;
import java.util.List;

/**
 * A ckpt-run that the engine itself has started, to rebuild a job where no scheduler has started one. It is a child of
 * the engine and outlives it; its exit status is the job's.
 *
 * @param front the process that was started; the init of the job is another when the job has pids of its own
 */
public record LaunchedPlace(Place place, NativeProcess front) implements AutoCloseable {
    private static final String LINK_DESCRIPTOR = "3";
    private static final Duration LAST_STEPS = Duration.ofSeconds(5);

    /**
     * Starts ckpt-run.
     *
     * @param stdio what the job gets as stdin, stdout and stderr; -1 for none
     * @param newSession true for a job that nobody waits for
     */
    public static LaunchedPlace launch(boolean privatePids, List<Integer> stdio, boolean newSession) {
        Pair pair = PacketSocket.pair();
        try (PacketSocket theirs = pair.second()) {
            NativeProcess front = NativeProcess.start(launch(privatePids, stdio, newSession, theirs.descriptor()));
            return new LaunchedPlace(Place.launched(new SocketLink(pair.first()), front.pid(), privatePids), front);
        } catch (Fault fault) {
            pair.first().close();
            throw fault;
        }
    }

    private static Launch launch(boolean privatePids, List<Integer> stdio, boolean newSession, int link) {
        Launch launch = privatePids
                ? Launch.of(Launch.installed("ckpt-run"), "--place", LINK_DESCRIPTOR, "--private-pids")
                : Launch.of(Launch.installed("ckpt-run"), "--place", LINK_DESCRIPTOR);
        Launch connected = launch.withDescriptors(stdio.get(0), stdio.get(1), stdio.get(2), link);
        return newSession ? connected.inNewSession() : connected;
    }

    /** The job has ended: nothing of the place is kept. */
    public void ended() {
        place.close();
        front.waitFor(LAST_STEPS);
        front.close();
    }

    /** Ends everything that was started, unless the job runs. */
    @Override
    public void close() {
        place.close();
    }
}
