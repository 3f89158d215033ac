package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.jna.LibCkpt;
import io.ckpt.procfs.ProcMaps;
import io.ckpt.procfs.Vma;
import java.util.stream.Stream;

/** A system-call instruction in a process, so that none has to be written there. */
final class CallInstruction {
    private static final String VDSO = "[vdso]";

    private CallInstruction() {}

    /** Its address: in the vdso, else in the first executable mapping that has one. */
    static long find(int pid) {
        String maps = ProcFiles.text(pid + "/maps");
        Stream<Vma> vdso =
                maps.lines().filter(line -> line.endsWith(VDSO)).flatMap(line -> ProcMaps.parse(line).vmas().stream());
        Stream<Vma> code = Stream.of(maps)
                .flatMap(text -> ProcMaps.parse(text).vmas().stream())
                .filter(vma -> vma.executable() && !vma.path().startsWith("["));
        return Stream.concat(vdso, code)
                .mapToLong(vma -> LibCkpt.findInstruction(pid, vma.start(), vma.end()))
                .filter(address -> address > 0)
                .findFirst()
                .orElseThrow(() -> new Fault(
                        FaultCode.UNSUPPORTED_OBJECT,
                        TaskFacts.name(pid) + " has no system-call instruction in its memory",
                        "map the vdso in it"));
    }
}
