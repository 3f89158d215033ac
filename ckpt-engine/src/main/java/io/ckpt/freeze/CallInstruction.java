package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.jna.LibCkpt;
import io.ckpt.procfs.ProcMaps;
import io.ckpt.procfs.Vma;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A system-call instruction in a process, so that none has to be written there.
 *
 * @param wayBack code that calls rt_sigreturn(2), by which a task finds back from a call whose tracer has died; 0 where
 *     there is none
 */
record CallInstruction(long address, long wayBack) {
    private static final int CALL = 0;
    private static final int CALL_AND_RETURN = 1;
    private static final int SIGNAL_RETURN = 2;
    private static final int LONGEST_CODE = 9;

    /** Mapped code: the same in every process, unless it was written to. */
    record Origin(int major, int minor, long inode, long offset) {}

    /** Any: in the vdso, else in the first executable mapping that has one. */
    static CallInstruction find(int pid) {
        List<Vma> code = code(ProcMaps.parse(ProcFiles.text(pid + "/maps")).vmas());
        return Stream.concat(code.stream().filter(Vma::isVdso), code.stream())
                .map(vma -> find(pid, CALL, vma))
                .filter(address -> address > 0)
                .findFirst()
                .map(address -> new CallInstruction(address, 0))
                .orElseThrow(() -> new Fault(
                        FaultCode.UNSUPPORTED_OBJECT,
                        TaskFacts.name(pid) + " has no system-call instruction in its memory",
                        "map the vdso in it"));
    }

    /** One with a way back: every C library and every dynamic linker has both. Where there is none, any. */
    static CallInstruction withWayBack(int pid, List<Vma> mappings, Map<Origin, CallInstruction> known) {
        return code(mappings).stream()
                .sorted(Comparator.comparing((Vma vma) -> !isLinker(vma)).thenComparing(Vma::length))
                .flatMap(vma -> withWayBack(pid, vma, known).stream())
                .findFirst()
                .orElseGet(() -> find(pid));
    }

    /** Where it was in another process, if it is there in this one too; else sought. */
    private static Optional<CallInstruction> withWayBack(int pid, Vma vma, Map<Origin, CallInstruction> known) {
        Origin origin = new Origin(vma.major(), vma.minor(), vma.inode(), vma.offset());
        Optional<CallInstruction> expected =
                Optional.ofNullable(known.get(origin)).map(found -> found.moved(vma.start()));
        if (expected.filter(found -> found.isIn(pid, vma)).isPresent()) {
            return expected;
        }
        CallInstruction found = new CallInstruction(find(pid, CALL_AND_RETURN, vma), find(pid, SIGNAL_RETURN, vma));
        if (found.address < 0 || found.wayBack < 0) {
            return Optional.empty();
        }
        known.put(origin, found.moved(-vma.start()));
        return Optional.of(found);
    }

    private CallInstruction moved(long distance) {
        return new CallInstruction(address + distance, wayBack + distance);
    }

    private boolean isIn(int pid, Vma vma) {
        return isAt(pid, CALL_AND_RETURN, address, vma) && isAt(pid, SIGNAL_RETURN, wayBack, vma);
    }

    private static boolean isAt(int pid, int what, long address, Vma vma) {
        return LibCkpt.findCode(pid, what, address, Math.min(address + LONGEST_CODE, vma.end())) == address;
    }

    private static List<Vma> code(List<Vma> mappings) {
        return mappings.stream()
                .filter(Vma::executable)
                .filter(vma -> vma.isVdso() || !vma.path().startsWith("["))
                .toList();
    }

    private static boolean isLinker(Vma vma) {
        return vma.path().substring(vma.path().lastIndexOf('/') + 1).startsWith("ld");
    }

    private static long find(int pid, int what, Vma vma) {
        return LibCkpt.findCode(pid, what, vma.start(), vma.end());
    }
}
