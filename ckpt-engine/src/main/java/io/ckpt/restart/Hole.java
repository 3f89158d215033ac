package io.ckpt.restart;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.v1.Mapping;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** An address range that is free in every process of the job: where the restorer lives until the job takes over. */
final class Hole {
    /** Above every 32-bit world and every heap with compressed pointers, far below where the kernel puts things. */
    private static final long FLOOR = 0x10_0000_0000L;

    private static final long CEILING = 0x7fff_0000_0000L;

    private Hole() {}

    /** Lowest address where {@code length} bytes are free. */
    static long find(Collection<Mapping> mappings, long length) {
        List<Mapping> sorted = mappings.stream()
                .sorted(Comparator.comparingLong(Mapping::getStart))
                .toList();
        long candidate = FLOOR;
        for (Mapping mapping : sorted) {
            if (mapping.getStart() > 0 && mapping.getStart() < candidate + length && mapping.getEnd() > candidate) {
                candidate = mapping.getEnd();
            }
        }
        if (candidate + length > CEILING) {
            throw new Fault(
                    FaultCode.UNSUPPORTED_OBJECT,
                    "no " + length + " bytes of address space are free in every process of the job",
                    "restart fewer processes at once, or map less");
        }
        return candidate;
    }
}
