package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.jna.LibCkpt;
import io.ckpt.procfs.ProcMaps;
import io.ckpt.procfs.Vma;
import java.util.Comparator;
import java.util.List;
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
    private static final String VDSO = "[vdso]";

    /** Any: in the vdso, else in the first executable mapping that has one. */
    static CallInstruction find(int pid) {
        List<Vma> code = code(pid);
        return Stream.concat(code.stream().filter(CallInstruction::isVdso), code.stream())
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
    static CallInstruction withWayBack(int pid) {
        return code(pid).stream()
                .sorted(Comparator.comparing((Vma vma) -> !isLinker(vma)).thenComparing(Vma::length))
                .map(vma -> new CallInstruction(find(pid, CALL_AND_RETURN, vma), find(pid, SIGNAL_RETURN, vma)))
                .filter(found -> found.address > 0 && found.wayBack > 0)
                .findFirst()
                .orElseGet(() -> find(pid));
    }

    private static List<Vma> code(int pid) {
        return ProcMaps.parse(ProcFiles.text(pid + "/maps")).vmas().stream()
                .filter(Vma::executable)
                .filter(vma -> isVdso(vma) || !vma.path().startsWith("["))
                .toList();
    }

    private static boolean isVdso(Vma vma) {
        return vma.path().equals(VDSO);
    }

    private static boolean isLinker(Vma vma) {
        return vma.path().substring(vma.path().lastIndexOf('/') + 1).startsWith("ld");
    }

    private static long find(int pid, int what, Vma vma) {
        return LibCkpt.findCode(pid, what, vma.start(), vma.end());
    }
}
