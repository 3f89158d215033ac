package io.ckpt.kind.process;

import io.ckpt.freeze.Answer;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.Inquiry;
import io.ckpt.freeze.NodeNames;
import io.ckpt.image.v1.ProcessTraits;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.Prctl;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.NodeExpectation;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import io.ckpt.procfs.ProcStatus;
import java.util.List;
import java.util.Optional;

/** Personality, and what prctl(2), membarrier(2) and /proc have switched for a process as a whole. */
public final class ProcessTraitsKind
        implements ObjectKind<FrozenProcess, ProcessTraits>, NodeExpectation<ProcessTraits> {
    private static final int GET_REGISTRATIONS = 1 << 9;
    private static final int CAP_SYS_RESOURCE = 24;
    /** Registers of AMX, the only ones that a program must ask for. */
    private static final int TILES = 18;

    private static final int MCL_FUTURE = 2;
    private static final int MCL_ONFAULT = 4;

    private static final String SCORE = "/proc/self/oom_score_adj";

    private static final Inquiry SUBREAPER =
            Inquiry.filling(Integer.BYTES, SystemCall.PRCTL, room -> new long[] {Prctl.GET_CHILD_SUBREAPER, room});
    private static final Inquiry THP_DISABLED = Inquiry.of(SystemCall.PRCTL, Prctl.GET_THP_DISABLE);
    private static final Inquiry MEMORY_MERGE = Inquiry.of(SystemCall.PRCTL, Prctl.GET_MEMORY_MERGE);
    private static final Inquiry DENY_WRITE_EXECUTE = Inquiry.of(SystemCall.PRCTL, Prctl.GET_MDWE);
    private static final Inquiry PERMISSIONS =
            Inquiry.filling(Long.BYTES, SystemCall.ARCH_PRCTL, room -> new long[] {Prctl.ARCH_GET_XCOMP_PERM, room});
    private static final Inquiry MEMBARRIERS = Inquiry.of(SystemCall.MEMBARRIER, GET_REGISTRATIONS);

    @Override
    public String name() {
        return "process-traits";
    }

    @Override
    public ProcessTraits emptyState() {
        return ProcessTraits.getDefaultInstance();
    }

    @Override
    public boolean accepts(FrozenProcess process, CaptureContext context) {
        return !process.isZombie();
    }

    @Override
    public List<Inquiry> inquiries(FrozenProcess process) {
        return List.of(SUBREAPER, THP_DISABLED, MEMORY_MERGE, DENY_WRITE_EXECUTE, MEMBARRIERS, PERMISSIONS);
    }

    @Override
    public ProcessTraits capture(FrozenProcess process, CaptureContext context) {
        int thp = switches(process, THP_DISABLED);
        return ProcessTraits.newBuilder()
                .setPersonality(
                        Integer.parseUnsignedInt(process.text("personality").strip(), 16))
                .setSubreaper(process.ask(SUBREAPER).intValue() != 0)
                .setThpDisabled((thp & 1) != 0)
                .setThpFlags(thp & ~1)
                .setMemoryMerge(switches(process, MEMORY_MERGE) == 1)
                .setDenyWriteExecute(switches(process, DENY_WRITE_EXECUTE))
                .setMembarriers(switches(process, MEMBARRIERS))
                .setRegisterPermissions(permissions(process.ask(PERMISSIONS)))
                .setCoreDumpFilter(
                        Integer.parseUnsignedInt(process.text("coredump_filter").strip(), 16))
                .setOutOfMemoryScore(
                        Integer.parseInt(process.text("oom_score_adj").strip()))
                .setFutureLocks(futureLocks(process, context))
                .build();
    }

    @Override
    public void plan(ObjectId id, ProcessTraits state, PlanContext plan) {
        String origin = "pid " + id.number() + ", process traits";
        Steps early = plan.install(id.number(), origin); // while /proc is where it was
        write(early, "/proc/self/coredump_filter", "0x" + Integer.toHexString(state.getCoreDumpFilter()), true);
        write(early, SCORE, Integer.toString(state.getOutOfMemoryScore()), false);
        if (state.getThpDisabled()) {
            prctl(
                    plan.map(id.number(), origin),
                    Operand.named(Prctl.SET_THP_DISABLE, "PR_SET_THP_DISABLE"),
                    1,
                    state.getThpFlags());
        }
        planLate(plan.arm(id.number(), origin), state);
    }

    private static void planLate(Steps late, ProcessTraits state) {
        // once orphans are adopted, for which a process may have to be what it was not
        prctl(
                late,
                Operand.named(Prctl.SET_CHILD_SUBREAPER, "PR_SET_CHILD_SUBREAPER"),
                state.getSubreaper() ? 1 : 0,
                0);
        // once everything is mapped, for some personalities change what mmap(2) does
        late.call(SystemCall.PERSONALITY, Operand.hex(state.getPersonality()));
        if (state.getFutureLocks() != 0) {
            late.call(SystemCall.MLOCKALL, futureLocks(state));
        }
        if (state.getMemoryMerge()) {
            prctl(late, Operand.named(Prctl.SET_MEMORY_MERGE, "PR_SET_MEMORY_MERGE"), 1, 0);
        }
        for (int command = 1; command < GET_REGISTRATIONS; command <<= 1) {
            if ((state.getMembarriers() & command) != 0) {
                late.call(SystemCall.MEMBARRIER, Operand.hex(command), Operand.of(0), Operand.of(0));
            }
        }
        if ((state.getRegisterPermissions() >>> TILES & 1) != 0) {
            late.call(
                    SystemCall.ARCH_PRCTL,
                    Operand.named(Prctl.ARCH_REQ_XCOMP_PERM, "ARCH_REQ_XCOMP_PERM"),
                    Operand.of(TILES));
        }
        if (state.getDenyWriteExecute() != 0) {
            prctl(late, Operand.named(Prctl.SET_MDWE, "PR_SET_MDWE"), state.getDenyWriteExecute(), 0);
        }
    }

    /** The score of a job says whom to end first; a place that may not lower its own does without. */
    @Override
    public Optional<String> warning(ProcessTraits state, NodeNames node) {
        long capabilities =
                ProcStatus.parse(node.text("/proc/self/status")).capabilities().effective();
        boolean mayLower = (capabilities >>> CAP_SYS_RESOURCE & 1) != 0;
        int own = Integer.parseInt(node.text(SCORE).strip());
        return mayLower || state.getOutOfMemoryScore() >= own
                ? Optional.empty()
                : Optional.of("the out-of-memory score of the job, " + state.getOutOfMemoryScore()
                        + ", cannot be set without CAP_SYS_RESOURCE: it stays " + own);
    }

    private static long permissions(Answer answer) {
        return answer.result() < 0 ? 0 : answer.longValue(); // a kernel that has none to give
    }

    private static int futureLocks(FrozenProcess process, CaptureContext context) {
        return switch (process.futureMemory()) {
            case ORDINARY -> 0;
            case LOCKED -> MCL_FUTURE;
            case LOCKED_ON_FAULT -> MCL_FUTURE | MCL_ONFAULT;
            case UNKNOWN -> {
                context.warn("pid " + process.pid() + " may map no more memory, so it is not known whether what it maps"
                        + " later is locked (MCL_FUTURE of mlockall); after a restart that is not");
                yield 0;
            }
        };
    }

    private static Operand futureLocks(ProcessTraits state) {
        boolean onFault = (state.getFutureLocks() & MCL_ONFAULT) != 0;
        return Operand.named(state.getFutureLocks(), onFault ? "MCL_FUTURE|MCL_ONFAULT" : "MCL_FUTURE");
    }

    private static int switches(FrozenProcess process, Inquiry inquiry) {
        return (int) Math.max(0, process.ask(inquiry).result());
    }

    private static void write(Steps steps, String path, String value, boolean must) {
        Slot file = FileCalls.open(steps, "setting", path, OpenFlags.WRONLY);
        steps.expect(
                must ? Word.Expect.SUCCESS : Word.Expect.ANYTHING, // see warning
                SystemCall.WRITE,
                file,
                Operand.text(value),
                Operand.of(value.length()));
        steps.call(SystemCall.CLOSE, file);
    }

    private static void prctl(Steps steps, Operand option, int second, int third) {
        steps.call(SystemCall.PRCTL, option, Operand.of(second), Operand.of(third), Operand.of(0), Operand.of(0));
    }
}
