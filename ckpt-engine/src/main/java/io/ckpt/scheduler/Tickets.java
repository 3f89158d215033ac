package io.ckpt.scheduler;

import io.ckpt.fault.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a scheduler whose launchers belong to the users leaves word of its jobs, and is told what became of them. What is
 * told of a job without a ticket is passed over.
 */
public interface Tickets {
    /** The ticket of the job whose launcher leads this session. */
    Optional<Ticket> ofSession(int session);

    /** Files and directories of this node that go with the job wherever it goes. */
    List<Path> carried(String job);

    /** Why the job cannot be checkpointed now, in the scheduler's terms; full clauses, empty when nothing is known. */
    List<String> obstacles(String job);

    /** The job begins now: afresh, or where it had been; said before its first instruction, for it may be its last. */
    void began(String job);

    /**
     * The job has not begun, and will not by asking again on this node.
     *
     * @param why as its owner shall read it
     */
    void refused(String job, Fault why);

    /** The job was ended by us and is to be started again, unless the scheduler itself had asked for it. */
    void left(String job, boolean asked);
}
