package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.place.PacketLink.Peer;
import io.ckpt.place.Place;
import io.ckpt.place.Protection;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is believed of a HELLO. Root may speak for any owner and name any job; anybody else speaks for himself alone, and
 * his job has the name of his own process.
 */
final class Admission {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._\\[\\]-]*");

    private final JobSettings settings;
    private final ProcessTable processes;
    private final Clock clock;

    Admission(JobSettings settings, ProcessTable processes, Clock clock) {
        this.settings = settings;
        this.processes = processes;
        this.clock = clock;
    }

    /** @throws Fault USAGE or NOT_PERMITTED for what is not believed; JOB_VANISHED when the place is gone */
    JobFacts admit(Place place) {
        Protection claim = place.protection();
        checkName(claim, place.peer());
        checkOwner(claim, place.peer());
        Instant now = clock.instant();
        return new JobFacts(
                claim.job(),
                claim.generation(),
                claim.uid(),
                claim.gid(),
                claim.interval().or(settings::interval),
                claim.keep() > 0 ? claim.keep() : settings.keep(),
                directory(claim),
                init(place),
                place.privatePids(),
                now,
                now);
    }

    /** Whether a peer may speak for a job that runs: root, the owner, or the init itself. */
    static boolean speaksFor(Peer peer, JobFacts job) {
        return peer.uid() == 0
                || peer.uid() == job.uid()
                || peer.pid() == job.init().pid();
    }

    private static void checkName(Protection claim, Peer peer) {
        if (!NAME.matcher(claim.job()).matches()) {
            throw new Fault(
                    FaultCode.USAGE,
                    "\"" + claim.job() + "\" cannot be the name of a job",
                    "use letters, digits and . _ - and begin with a letter or digit");
        }
        if (peer.uid() != 0 && !claim.job().equals("pid-" + peer.pid())) {
            throw new Fault(
                    FaultCode.NOT_PERMITTED,
                    "uid " + peer.uid() + " may not name a job \"" + claim.job() + "\"",
                    "leave the name out, or let the scheduler's plugin start the job");
        }
    }

    private static void checkOwner(Protection claim, Peer peer) {
        if (peer.uid() != 0 && peer.uid() != claim.uid()) {
            throw new Fault(
                    FaultCode.NOT_PERMITTED,
                    "uid " + peer.uid() + " may not start jobs of uid " + claim.uid(),
                    "leave the owner out");
        }
    }

    private static Optional<Path> directory(Protection claim) {
        if (claim.directory().isEmpty()) {
            return Optional.empty();
        }
        Path path = Path.of(claim.directory()).normalize();
        if (!path.isAbsolute()) {
            throw new Fault(
                    FaultCode.USAGE, "store " + claim.directory() + " is not an absolute path", "name it from / on");
        }
        return Optional.of(path);
    }

    private ProcessName init(Place place) {
        return processes
                .find(place.initPid())
                .orElseThrow(() -> new Fault(
                        FaultCode.JOB_VANISHED,
                        "ckpt-run " + place.initPid() + " is gone before it could be registered",
                        "submit the job again"));
    }
}
