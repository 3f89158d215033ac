package io.ckpt.kind.file;

import io.ckpt.freeze.NodeNames;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.MemoryFile;
import io.ckpt.image.v1.Opening;
import io.ckpt.kernel.Fcntl;
import io.ckpt.kernel.FileMode;
import io.ckpt.kernel.HugePages;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.NodeExpectation;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.kind.RunnableMemory;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.util.List;
import java.util.Optional;

/** A file of memfd_create(2). Its content is kept in the image, and its seals are set when all have it mapped. */
public final class MemoryFileKind implements ObjectKind<StolenFile, MemoryFile>, NodeExpectation<MemoryFile> {
    private static final String PREFIX = "/memfd:";
    private static final int DEFAULT_MODE = 0777;
    private static final int ALLOW_SEALING = 2;
    private static final int HUGETLB = 4;
    private static final int NOEXEC_SEAL = 8;
    private static final int SEAL_EXEC = 0x20;
    private static final int ANYBODY_RUNS = 0111;
    private static final Operand ADD_SEALS = Operand.named(Fcntl.ADD_SEALS, "F_ADD_SEALS");

    @Override
    public String name() {
        return "memfd";
    }

    @Override
    public MemoryFile emptyState() {
        return MemoryFile.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.status().isRegular()
                && file.status().links() == 0
                && file.link().startsWith(PREFIX)
                && Names.isOrdinary(file);
    }

    @Override
    public MemoryFile capture(StolenFile file, CaptureContext context) {
        List<StolenFile> descriptions = context.descriptionsOf(file);
        if (Shared.isMadeByAnother(file, descriptions)) {
            return MemoryFile.newBuilder()
                    .setMadeBy(Shared.maker(descriptions, context))
                    .build();
        }
        ObjectId content = Shared.content(file, context);
        context.keepContent(content, file, file.status().size());
        return MemoryFile.newBuilder()
                .setContentId(content.value())
                .setName(Names.formerPath(file).substring(PREFIX.length()))
                .setMode(file.status().mode() & FileMode.PERMISSIONS)
                .setSize(file.status().size())
                .setHugePageSize(file.hugePageSize())
                .setSeals(file.control(Fcntl.GET_SEALS, 0))
                .addAllOpenings(Shared.openings(descriptions, context))
                .build();
    }

    @Override
    public void plan(ObjectId id, MemoryFile state, PlanContext plan) {
        if (!state.getMadeBy().isEmpty()) {
            return;
        }
        Steps create = plan.create(plan.origin(id, name()));
        ObjectId content = new ObjectId(state.getContentId());
        plan.asOwner(create, () -> {
            Slot made =
                    create.call(content.value(), SystemCall.MEMFD_CREATE, Operand.text(state.getName()), how(state));
            FileCalls.truncate(create, made, state.getSize());
            Operand whole = plan.adopt(create, content, made);
            for (Opening opening : state.getOpeningsList()) {
                Shared.open(create, whole, opening, plan);
            }
            if (state.getMode() != DEFAULT_MODE) {
                FileCalls.changeMode(create, whole, state.getMode());
            }
        });
        plan.fillContent(content);
        seal(id, state, plan);
    }

    /** Where nobody can run it the node makes it in any case. */
    private static Operand how(MemoryFile state) {
        long huge = state.getHugePageSize();
        int sealing = ALLOW_SEALING | (isNeverRun(state) ? NOEXEC_SEAL : 0);
        String text = "MFD_ALLOW_SEALING" + (isNeverRun(state) ? "|MFD_NOEXEC_SEAL" : "");
        return huge == 0
                ? Operand.named(sealing, text)
                : Operand.named(HugePages.flags(sealing | HUGETLB, huge), HugePages.text(text + "|MFD_HUGETLB", huge));
    }

    /** The seal keeps it as it is: one that may be run can be for ever. */
    private static boolean isNeverRun(MemoryFile state) {
        return (state.getSeals() & SEAL_EXEC) != 0 && (state.getMode() & ANYBODY_RUNS) == 0;
    }

    @Override
    public Optional<String> obstacle(MemoryFile state, NodeNames node) {
        return state.getMadeBy().isEmpty() && !isNeverRun(state) ? RunnableMemory.obstacle(node) : Optional.empty();
    }

    /** Once everybody has it mapped: a mapping may be writable although new ones may not. */
    private void seal(ObjectId id, MemoryFile state, PlanContext plan) {
        if (state.getSeals() == 0) {
            return;
        }
        Operand seals = Operand.named(state.getSeals(), Seals.text(state.getSeals()));
        state.getOpeningsList().stream()
                .filter(opening -> (opening.getFlags() & OpenFlags.ACCESS_MODE) != OpenFlags.RDONLY)
                .flatMap(opening -> plan.places(new ObjectId(opening.getFileId())).stream())
                .findFirst()
                .ifPresentOrElse(
                        place -> plan.arm(place.innerPid(), plan.origin(id, name()))
                                .call(SystemCall.FCNTL, Operand.of(place.number()), ADD_SEALS, seals),
                        () -> plan.filled(plan.origin(id, name()))
                                .call(
                                        SystemCall.FCNTL,
                                        plan.descriptor(new ObjectId(state.getContentId())),
                                        ADD_SEALS,
                                        seals));
    }
}
