package io.ckpt.kind.process;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.Inquiry;
import io.ckpt.freeze.Rights.Access;
import io.ckpt.image.v1.MemoryLayout;
import io.ckpt.kernel.MemoryMap;
import io.ckpt.kernel.Prctl;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.BackingFiles;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.MappedArea;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.procfs.ProcStat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** Where code, data, heap, stack, arguments and environment lie, and which program runs; see PR_SET_MM in prctl(2). */
public final class MemoryLayoutKind implements ObjectKind<FrozenProcess, MemoryLayout> {
    private static final String DELETED = " (deleted)";
    private static final String ONLY_MAPPED = "shared:";
    private static final Inquiry BRK = Inquiry.of(SystemCall.BRK, 0);
    /** What it reads of a table; 0 bytes where there is none. */
    private static final Inquiry SEGMENTS =
            Inquiry.filling(Long.BYTES, SystemCall.MODIFY_LDT, room -> new long[] {0, room, Long.BYTES});

    @Override
    public String name() {
        return "memory-layout";
    }

    @Override
    public MemoryLayout emptyState() {
        return MemoryLayout.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenProcess process, CaptureContext context) {
        return !process.isZombie();
    }

    @Override
    public List<Inquiry> inquiries(FrozenProcess process) {
        return List.of(BRK, SEGMENTS);
    }

    @Override
    public MemoryLayout capture(FrozenProcess process, CaptureContext context) {
        if (process.ask(SEGMENTS).result() > 0) {
            context.refuse(
                    process.pid(),
                    "segments of its own (modify_ldt)",
                    "they are not carried",
                    "run the program without 16-bit or 32-bit code in it");
        }
        ProcStat stat = ProcStat.parse(process.text("stat"));
        return program(process, context)
                .setStartCode(stat.startCode())
                .setEndCode(stat.endCode())
                .setStartData(stat.startData())
                .setEndData(stat.endData())
                .setStartBrk(stat.startBrk())
                .setBrk(process.ask(BRK).result())
                .setStartStack(stat.startStack())
                .setArgStart(stat.argStart())
                .setArgEnd(stat.argEnd())
                .setEnvStart(stat.envStart())
                .setEnvEnd(stat.envEnd())
                .setAuxv(ByteString.copyFrom(process.bytes("auxv")))
                .build();
    }

    private static MemoryLayout.Builder program(FrozenProcess process, CaptureContext context) {
        String path = process.link("exe");
        MemoryLayout.Builder layout = MemoryLayout.newBuilder();
        if (path.endsWith(DELETED)) {
            return layout.setExecutableId(deletedProgram(process, path, context));
        }
        context.opens(process.pid(), "program", path, Access.READ);
        return layout.setExecutable(BackingFiles.describe(path, process.status("exe"), context.buildId(process, path)));
    }

    /** What holds a program without a file, which its mappings lead to. */
    private static String deletedProgram(FrozenProcess process, String path, CaptureContext context) {
        Optional<ObjectId> held = process.mappings().stream()
                .filter(vma -> vma.path().equals(path))
                .findFirst()
                .map(vma -> context.backing(
                        new MappedArea(process, vma, process.smaps().at(vma.start()))))
                .filter(id -> id.value().startsWith(ONLY_MAPPED));
        if (held.isEmpty()) {
            context.refuse(
                    process.pid(),
                    "executable " + path,
                    "it was deleted or replaced while it runs, and it is open or no part of it is mapped",
                    "put the same file back, or restart the program from the new one");
        }
        return held.map(ObjectId::value).orElse("");
    }

    @Override
    public void plan(ObjectId id, MemoryLayout state, PlanContext plan) {
        Operand executable = open(state, plan);
        Data auxv = Data.struct(state.getAuxv().toByteArray(), "{auxv}");
        Data map = Data.struct(layout(state), "{brk=0x" + Long.toHexString(state.getBrk()) + ", ...}");
        Steps steps = plan.map(id.number(), "pid " + id.number() + ", memory layout");
        steps.store(auxv.address(), map.at(MemoryMap.AUXV), Long.BYTES);
        steps.store(executable, map.at(MemoryMap.EXE_FD), Integer.BYTES);
        steps.call(
                SystemCall.PRCTL,
                Operand.named(Prctl.SET_MM, "PR_SET_MM"),
                Operand.named(Prctl.SET_MM_MAP, "PR_SET_MM_MAP"),
                map.address(),
                Operand.of(MemoryMap.BYTES),
                Operand.of(0));
    }

    private static Operand open(MemoryLayout state, PlanContext plan) {
        if (state.getExecutableId().isEmpty()) {
            return BackingFiles.open(plan, state.getExecutable(), false);
        }
        Operand program = plan.descriptor(new ObjectId(state.getExecutableId()));
        FileCalls.closeForWriting(plan.filled("program behind " + state.getExecutableId()), program);
        return program;
    }

    private static byte[] layout(MemoryLayout state) {
        ByteBuffer map = ByteBuffer.allocate(MemoryMap.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        map.putLong(state.getStartCode()).putLong(state.getEndCode());
        map.putLong(state.getStartData()).putLong(state.getEndData());
        map.putLong(state.getStartBrk()).putLong(state.getBrk()).putLong(state.getStartStack());
        map.putLong(state.getArgStart()).putLong(state.getArgEnd());
        map.putLong(state.getEnvStart()).putLong(state.getEnvEnd());
        map.putLong(0).putInt(state.getAuxv().size());
        return map.array();
    }
}
