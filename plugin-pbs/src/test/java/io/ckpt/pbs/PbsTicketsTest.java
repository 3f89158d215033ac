package io.ckpt.pbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.scheduler.Interval;
import io.ckpt.scheduler.Ticket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PbsTicketsTest {
    private static final String TICKET = "job=1[2].n1\ngeneration=2\nsession=4711\nuid=2001\ninterval=2700\nkeep=3\n"
            + "required=no\ncarry=/var/tmp/a b\\n/spool/ü.OU\nstore=/scratch/a=b\n";

    @TempDir
    private Path directory;

    @Test
    void findsAJobByTheSessionOfItsLauncher() throws IOException {
        Files.writeString(directory.resolve("1[2].n1"), TICKET);
        Files.writeString(directory.resolve("3.n1"), "session=4712\njob=3.n1\n");
        PbsTickets tickets = new PbsTickets(directory);

        assertThat(tickets.ofSession(4711))
                .contains(new Ticket(
                        "1[2].n1",
                        2,
                        2001,
                        Optional.of(Interval.every(Duration.ofMinutes(45))),
                        3,
                        Optional.of(Path.of("/scratch/a=b")),
                        false));
        assertThat(tickets.carried("1[2].n1")).containsExactly(Path.of("/var/tmp/a b"), Path.of("/spool/ü.OU"));
    }

    @Test
    void anIntervalMayBeLeftToUs() throws IOException {
        Files.writeString(directory.resolve("1[2].n1"), TICKET.replace("interval=2700", "interval=auto"));

        assertThat(new PbsTickets(directory).ofSession(4711).orElseThrow().interval())
                .contains(Interval.AUTO);
    }

    @Test
    void aSessionThatNobodyAnnouncedHasNone() {
        assertThat(new PbsTickets(directory.resolve("missing")).ofSession(4711)).isEmpty();
    }

    @Test
    void aDraftOfAHookIsNoTicket() throws IOException {
        Files.writeString(directory.resolve(".1.n1"), TICKET);

        assertThat(new PbsTickets(directory).ofSession(4711)).isEmpty();
    }

    @Test
    void leavesWordForTheEpilogue() throws IOException {
        Files.writeString(directory.resolve("1[2].n1"), TICKET);
        PbsTickets tickets = new PbsTickets(directory);

        tickets.began("1[2].n1");
        tickets.left("1[2].n1", true);
        tickets.refused("1[2].n1", new Fault(FaultCode.RESTART_FAILED, "no room", "make some"));

        assertThat(directory.resolve("1[2].n1.began")).as("what was refused").doesNotExist();
        assertThat(directory.resolve("1[2].n1.left")).hasContent("asked");
        assertThat(directory.resolve("1[2].n1.refused")).hasContent("no room; make some");
    }

    @Test
    void aTaskOfTheTaskManagerIsAnObstacleWhileItLives() throws IOException {
        String self = Long.toString(ProcessHandle.current().pid());
        Files.writeString(directory.resolve("1.n1.task-2"), self);
        Files.writeString(directory.resolve("1.n1.task-3"), "99999999");
        Files.writeString(directory.resolve("11.n1.task-4"), self);

        assertThat(new PbsTickets(directory).obstacles("1.n1"))
                .singleElement()
                .asString()
                .startsWith("task 2 of job 1.n1, process " + self);
    }

    @Test
    void aRefusalIsForgottenWhenTheJobBeginsAfterAll() throws IOException {
        Files.writeString(directory.resolve("1.n1"), TICKET);
        PbsTickets tickets = new PbsTickets(directory);
        tickets.refused("1.n1", new Fault(FaultCode.IMAGE_DAMAGED, "spoilt", "take another"));

        tickets.began("1.n1");

        assertThat(directory.resolve("1.n1.refused")).doesNotExist();
    }

    @Test
    void saysNothingOfAJobWithoutATicket() {
        new PbsTickets(directory).began("1.n1");

        assertThat(directory).isEmptyDirectory();
    }
}
