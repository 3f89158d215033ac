package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.place.Place;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a place again and again that its HELLO is being answered, until it is closed: silence means an engine that hangs. */
final class Reassurance implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reassurance.class);
    private static final Duration RHYTHM = Duration.ofSeconds(2);

    private final Thread thread;

    private Reassurance(Thread thread) {
        this.thread = thread;
    }

    static Reassurance of(Place place) {
        Thread thread = new Thread(() -> repeat(place), "reassurance");
        thread.setDaemon(true);
        thread.start();
        return new Reassurance(thread);
    }

    private static void repeat(Place place) {
        try {
            while (true) {
                Thread.sleep(RHYTHM.toMillis());
                place.working();
            }
        } catch (InterruptedException answered) {
            Thread.currentThread().interrupt();
        } catch (Fault gone) {
            LOG.debug("a place is gone: {}", gone.getMessage());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
