package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The open file descriptions of a job: numbered by kcmp(2), and one duplicate of each here, made when it is asked for. */
final class Descriptions implements AutoCloseable {
    private static final int KCMP_FILE = 0;

    private final SeizedJob job;
    private final Map<Integer, Integer> duplicates = new HashMap<>();
    private final TreeMap<HeldFile, Integer> known = new TreeMap<>(Descriptions::compare);
    private Map<StolenFile, Integer> numbers;

    Descriptions(SeizedJob job) {
        this.job = job;
    }

    synchronized int numberOf(StolenFile file) {
        return numbers().get(file);
    }

    /** Numbers one more file; false when it is known under another name. */
    synchronized boolean add(HeldFile file) {
        Map<StolenFile, Integer> all = numbers();
        int before = known.size();
        all.put(file, number(file));
        return known.size() > before;
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

    private Map<StolenFile, Integer> numbers() {
        if (numbers == null) {
            numbers = new HashMap<>();
            job.processes().stream()
                    .flatMap(process -> process.files().stream())
                    .forEach(file -> numbers.put(file, number((HeldFile) file)));
        }
        return numbers;
    }

    private int number(HeldFile file) {
        return known.computeIfAbsent(file, any -> known.size());
    }

    /** The kernel orders descriptions by a secret of its own. */
    private static int compare(HeldFile a, HeldFile b) {
        int order = LibCkpt.kcmp(a.comparedTask(), b.comparedTask(), KCMP_FILE, a.comparedNumber(), b.comparedNumber());
        KernelAnswer.require(order, () -> a + " and " + b + ": kcmp");
        return order == 1 ? -1 : order;
    }
}
