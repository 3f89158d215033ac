package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.place.PacketLink;
import io.ckpt.place.Place;
import io.ckpt.place.PlaceCodec;
import io.ckpt.place.PlaceMessage;
import io.ckpt.place.PlaceType;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that one connection with a ckpt-run says, in the thread of that connection. */
final class PlaceConversation implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(PlaceConversation.class);
    private static final Duration HELLO_WITHIN = Duration.ofSeconds(10);
    /** ckpt-run waits five seconds to learn whether a SIGKILL was ours. */
    private static final Duration VERDICT = Duration.ofSeconds(4);

    private final PacketLink link;
    private final ProtectedJobs jobs;
    private final NoticeDesk notices;
    private final Executor workers;

    PlaceConversation(PacketLink link, ProtectedJobs jobs, NoticeDesk notices, Executor workers) {
        this.link = link;
        this.jobs = jobs;
        this.notices = notices;
        this.workers = workers;
    }

    @Override
    public void run() {
        try (link) {
            link.receive(Optional.of(HELLO_WITHIN)).map(PlaceCodec::decode).ifPresent(this::begin);
        } catch (Fault fault) {
            LOG.warn("a place is not heard any more: {}", fault.getMessage());
        }
    }

    private void begin(PlaceMessage first) {
        switch (first.type()) {
            case HELLO -> {
                Place place = Place.greeted(link, first);
                greet(place).ifPresent(job -> listen(job, place));
            }
            case LEAVE, SAVE -> link.send(PlaceCodec.encode(obey(first)));
            default -> LOG.warn("a connection begins with {}, which is no beginning", first.type());
        }
    }

    /** May wait for a lease, or for the rebuilding of the job. */
    private Optional<ProtectedJob> greet(Place place) {
        try (Reassurance reassurance = Reassurance.of(place)) {
            return jobs.greet(place);
        }
    }

    private PlaceMessage obey(PlaceMessage order) {
        try {
            if (link.peer().uid() != 0) {
                throw new Fault(FaultCode.NOT_PERMITTED, "only the scheduler, as root, orders this", "use ckptctl");
            }
            jobs.obey(order.protection().job(), order.type() == PlaceType.LEAVE, Duration.ofSeconds(order.value()));
            return PlaceMessage.of(PlaceType.VACATED, 0);
        } catch (Fault fault) {
            return PlaceMessage.of(PlaceType.PASS, fault.getMessage() + "; " + fault.remedy());
        }
    }

    private void listen(ProtectedJob job, Place place) {
        try {
            Optional<PlaceMessage> message = place.receive(Optional.empty());
            while (message.isPresent()) {
                hear(job, place, message.get());
                message = place.receive(Optional.empty());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            job.disconnect(place);
        }
    }

    private void hear(ProtectedJob job, Place place, PlaceMessage message) throws InterruptedException {
        if (message.type() == PlaceType.NOTICE) {
            workers.execute(() -> notices.answer(job, place, (int) message.value()));
        } else if (message.type() == PlaceType.EXITED) {
            jobs.exited(job, place, VERDICT);
        }
    }
}
