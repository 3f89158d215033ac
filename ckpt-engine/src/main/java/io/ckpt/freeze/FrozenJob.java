package io.ckpt.freeze;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A job held still: every thread of every process seized and stopped. Closing it thaws what still lives. */
public interface FrozenJob extends AutoCloseable {
    /** Parents before children; zombies included. */
    List<FrozenProcess> processes();

    /** Files that no process has open, for they are on their way in a UNIX socket of the job; one for each description. */
    List<StolenFile> travellingFiles();

    /** True when a process of this pid, in the job or not, can still be seen; zombies too. */
    boolean isThere(int pid);

    /** What its tasks share, or do not share, other than usual. */
    List<UnusualSharing> unusualSharing();

    /** {@link FrozenProcess#link} of what the job was started by: its first process's parent, or, unseen, the engine. */
    String outerLink(String name);

    /** {@link FrozenProcess#text} of the same. */
    String outerText(String name);

    /** Does work that asks the job many small things; asked one by one, each would cost a change of threads. */
    <R> R whileHeld(Supplier<R> work);

    /** Has many threads make their inquiries all at once; each thread keeps its answers. */
    void ask(Map<FrozenThread, List<Inquiry>> inquiries);

    /** Nanoseconds from the stop of the first thread until now, or until the job was thawed or ended. */
    long frozenNanos();

    /** Ends the whole job: SIGKILL to every process while it is held, so that nothing runs once more. */
    void kill();

    /** Lets every thread go on exactly as it was. */
    @Override
    void close();

    /**
     * The same, but stays with the job until {@code pages} are copied or closed: whoever is about to give memory back waits
     * until it has been copied. Returns when the job may go on.
     */
    void closeBeside(LivePages pages);
}
