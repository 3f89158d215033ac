package io.ckpt.kind.file;

import io.ckpt.freeze.NodeNames;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.Opening;
import io.ckpt.image.v1.SharedMemoryFile;
import io.ckpt.kernel.FileMode;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.HugePool;
import io.ckpt.kind.NodeExpectation;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.util.List;
import java.util.Optional;

/**
 * A file of POSIX shared memory or of hugetlbfs: it has a name, but only on the node where it was made. It is made again
 * under its name with the content it had, whatever is there now.
 */
public final class SharedMemoryFileKind
        implements ObjectKind<StolenFile, SharedMemoryFile>, NodeExpectation<SharedMemoryFile> {
    private static final String DIRECTORY = "/dev/shm/";

    @Override
    public String name() {
        return "posix-shared-memory";
    }

    @Override
    public SharedMemoryFile emptyState() {
        return SharedMemoryFile.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.status().isRegular()
                && Names.isOrdinary(file)
                && !Names.isGone(file)
                && (file.link().startsWith(DIRECTORY) || file.hugePageSize() != 0);
    }

    @Override
    public SharedMemoryFile capture(StolenFile file, CaptureContext context) {
        List<StolenFile> descriptions = context.descriptionsOf(file);
        if (Shared.isMadeByAnother(file, descriptions)) {
            return SharedMemoryFile.newBuilder()
                    .setMadeBy(Shared.maker(descriptions, context))
                    .build();
        }
        ObjectId content = Shared.content(file, context);
        context.keepContent(content, file, file.status().size());
        return SharedMemoryFile.newBuilder()
                .setContentId(content.value())
                .setPath(file.link())
                .setMode(file.status().mode() & FileMode.PERMISSIONS)
                .setSize(file.status().size())
                .setHugePageSize(file.hugePageSize())
                .addAllOpenings(Shared.openings(descriptions, context))
                .build();
    }

    @Override
    public void plan(ObjectId id, SharedMemoryFile state, PlanContext plan) {
        if (!state.getMadeBy().isEmpty()) {
            return;
        }
        Steps create = plan.create(plan.origin(id, name()));
        ObjectId content = new ObjectId(state.getContentId());
        plan.asOwner(create, () -> {
            Slot made = FileCalls.make(create, content.value(), state.getPath(), state.getMode(), OpenFlags.TRUNC);
            FileCalls.truncate(create, made, state.getSize());
            Operand whole = plan.adopt(create, content, made);
            for (Opening opening : state.getOpeningsList()) {
                Shared.open(create, whole, opening, plan);
            }
        });
        plan.fillContent(content);
    }

    @Override
    public Optional<String> obstacle(SharedMemoryFile state, NodeNames node) {
        return HugePool.obstacleOfFile(state.getPath(), state.getSize(), state.getHugePageSize(), node);
    }
}
