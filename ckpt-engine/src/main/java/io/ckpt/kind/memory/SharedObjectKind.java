package io.ckpt.kind.memory;

import io.ckpt.freeze.NodeNames;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.SharedObject;
import io.ckpt.kernel.HugePages;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.HugePool;
import io.ckpt.kind.NodeExpectation;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.kind.RunnableMemory;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.util.Optional;

/** What stands behind a shared mapping when only mappings hold it: kept by content, made again as a memfd or by path. */
public final class SharedObjectKind implements ObjectKind<StolenFile, SharedObject>, NodeExpectation<SharedObject> {
    private static final String DELETED = " (deleted)";
    private static final String MEMORY = "memfd:";
    private static final int MFD_HUGETLB = 4;
    private static final int AT_FDCWD = -100;
    private static final int PERMISSIONS = 07777;
    private static final int DIRECTORY_MODE = 0755;

    @Override
    public String name() {
        return "shared-object";
    }

    @Override
    public SharedObject emptyState() {
        return SharedObject.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile mapped, CaptureContext context) {
        return mapped.status().isRegular();
    }

    @Override
    public SharedObject capture(StolenFile mapped, CaptureContext context) {
        String link = mapped.link();
        String path = link.endsWith(DELETED) ? "" : link;
        return SharedObject.newBuilder()
                .setName(link.replace(DELETED, ""))
                .setSize(mapped.status().size())
                .setPath(path)
                .setMode(mapped.status().mode() & PERMISSIONS)
                .setHugePageSize(mapped.hugePageSize())
                .build();
    }

    @Override
    public void plan(ObjectId id, SharedObject state, PlanContext plan) {
        Steps steps = plan.create(id + " [" + state.getName() + "]");
        if (state.getPath().isEmpty()) {
            Operand name = Operand.text(name(state));
            size(steps, state, plan, id, steps.call("memory", SystemCall.MEMFD_CREATE, name, how(state)));
        } else {
            plan.asOwner(steps, () -> size(steps, state, plan, id, open(steps, state)));
        }
        plan.fillContent(id);
    }

    @Override
    public Optional<String> obstacle(SharedObject state, NodeNames node) {
        return state.getPath().isEmpty()
                ? HugePool.obstacle(state.getSize(), state.getHugePageSize(), node)
                        .or(() -> RunnableMemory.obstacleOfAny(node))
                : HugePool.obstacleOfFile(state.getPath(), state.getSize(), state.getHugePageSize(), node);
    }

    /** The kernel puts the mark of memory before it. */
    private static String name(SharedObject state) {
        String name = state.getName().substring(state.getName().lastIndexOf('/') + 1);
        return name.startsWith(MEMORY) ? name.substring(MEMORY.length()) : name;
    }

    private static Operand how(SharedObject state) {
        long huge = state.getHugePageSize();
        return huge == 0
                ? Operand.of(0)
                : Operand.named(HugePages.flags(MFD_HUGETLB, huge), HugePages.text("MFD_HUGETLB", huge));
    }

    /** The directory may be as temporary as the file; where it is there already, that is as good. */
    private static Operand open(Steps steps, SharedObject state) {
        steps.expect(
                Word.Expect.ANYTHING,
                SystemCall.MKDIRAT,
                Operand.named(AT_FDCWD, "AT_FDCWD"),
                Operand.text(state.getPath().substring(0, state.getPath().lastIndexOf('/'))),
                Operand.named(DIRECTORY_MODE, "0755"));
        int flags = OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.NOFOLLOW | OpenFlags.TRUNC;
        return steps.call(
                "memory",
                SystemCall.OPENAT,
                Operand.named(AT_FDCWD, "AT_FDCWD"),
                Operand.text(state.getPath()),
                Operand.named(flags, OpenFlags.text(flags)),
                Operand.named(state.getMode(), "0" + Integer.toOctalString(state.getMode())));
    }

    private static void size(Steps steps, SharedObject state, PlanContext plan, ObjectId id, Operand descriptor) {
        steps.call(SystemCall.FTRUNCATE, descriptor, Operand.of(state.getSize()));
        plan.adopt(steps, id, descriptor);
    }
}
