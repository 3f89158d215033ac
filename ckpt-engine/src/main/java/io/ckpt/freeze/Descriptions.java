package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The open file descriptions of a job: numbered by kcmp(2), and one duplicate of each here, made when it is asked for. */
final class Descriptions implements AutoCloseable {
    private static final int KCMP_FILE = 0;

    private final SeizedJob job;
    private final Map<Integer, Integer> duplicates = new HashMap<>();
    private Map<StolenFile, Integer> numbers;

    Descriptions(SeizedJob job) {
        this.job = job;
    }

    synchronized int numberOf(StolenFile file) {
        if (numbers == null) {
            numbers = numberAll();
        }
        return numbers.get(file);
    }

    synchronized int duplicateOf(StolenFile file, int pidfd) {
        return duplicates.computeIfAbsent(
                numberOf(file),
                any -> KernelAnswer.require(LibCkpt.pidfdGetfd(pidfd, file.number()), () -> file + ": pidfd_getfd"));
    }

    /** Connections of a job that ends here must not keep its addresses busy where it may go on. */
    synchronized void resetConnections() {
        duplicates.values().forEach(LibCkpt::resetOnClose);
    }

    @Override
    public synchronized void close() {
        duplicates.values().forEach(LibCkpt::close);
        duplicates.clear();
    }

    private Map<StolenFile, Integer> numberAll() {
        List<StolenFile> files = job.processes().stream()
                .flatMap(process -> process.files().stream())
                .toList();
        TreeMap<StolenFile, Integer> known = new TreeMap<>(Descriptions::compare);
        Map<StolenFile, Integer> all = new HashMap<>();
        for (StolenFile file : files) {
            int number = known.computeIfAbsent(file, any -> known.size());
            all.put(file, number);
        }
        return all;
    }

    /** The kernel orders descriptions by a secret of its own. */
    private static int compare(StolenFile a, StolenFile b) {
        int order = LibCkpt.kcmp(a.process().task(), b.process().task(), KCMP_FILE, a.number(), b.number());
        KernelAnswer.require(order, () -> a + " and " + b + ": kcmp");
        return order == 1 ? -1 : order;
    }
}
