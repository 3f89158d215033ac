package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.MmapFlags;
import io.ckpt.kernel.Prot;
import io.ckpt.kernel.SystemCall;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A mapping in each of several processes, for as long as their threads make lists of calls there: writable and
 * executable, which nobody but the engine can use, for the job does not run. Shared, so that the kernel joins it with no
 * mapping of the job. On the tracer thread.
 */
final class LentPlaces implements AutoCloseable {
    /** Address and length. */
    private record Place(long address, long length) {}

    private final Map<SeizedProcess, Place> places = new HashMap<>();

    /** A process that gets none, for its limits or its policy do not allow it, has none. */
    LentPlaces(Map<SeizedProcess, Long> lengths) {
        List<RemoteVisit> visits = lengths.entrySet().stream()
                .map(process -> visit(process.getKey(), mapping(process.getValue())))
                .toList();
        RemoteCalls.make(visits, LibCkpt::remoteCalls).forEach(outcome -> {
            long address = outcome.answers().values().iterator().next().result();
            if (outcome.error() == 0 && address > 0) {
                SeizedProcess process = outcome.thread().process();
                places.put(process, new Place(address, lengths.get(process)));
            }
        });
    }

    boolean has(SeizedProcess process) {
        return places.containsKey(process);
    }

    long address(SeizedProcess process) {
        return places.get(process).address;
    }

    @Override
    public void close() {
        List<RemoteVisit> visits = places.entrySet().stream()
                .map(process -> visit(process.getKey(), unmapping(process.getValue())))
                .toList();
        places.clear();
        RemoteCalls.make(visits, LibCkpt::remoteCalls)
                .forEach(outcome -> KernelAnswer.require(
                        outcome.error() < 0
                                ? outcome.error()
                                : outcome.answers().values().iterator().next().result(),
                        () -> "task " + outcome.thread().tid() + ": munmap of the engine's place"));
    }

    private static RemoteVisit visit(SeizedProcess process, Inquiry call) {
        return RemoteVisit.stepping(process.seizedThreads().get(0), 0, List.of(call));
    }

    private static Inquiry mapping(long length) {
        int protection = Prot.READ | Prot.WRITE | Prot.EXEC;
        return Inquiry.of(SystemCall.MMAP, 0, length, protection, MmapFlags.SHARED | MmapFlags.ANONYMOUS, -1, 0);
    }

    private static Inquiry unmapping(Place place) {
        return Inquiry.of(SystemCall.MUNMAP, place.address, place.length);
    }
}
