package io.ckpt.kind.ipc;

import io.ckpt.freeze.NodeNames;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.SharedSegment;
import io.ckpt.kernel.HugePages;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.HugePool;
import io.ckpt.kind.NodeExpectation;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import io.ckpt.procfs.SharedSegments;
import io.ckpt.procfs.SharedSegments.Segment;
import java.util.Optional;

/**
 * A segment of System V shared memory, under its id and key. No descriptor leads to it, so the restorer attaches it for
 * a moment and opens what it has attached.
 */
public final class SharedSegmentKind implements ObjectKind<StolenFile, SharedSegment>, NodeExpectation<SharedSegment> {
    private static final String TABLE = "/proc/sysvipc/shm";
    /** The restorer has nothing but its hole mapped, and that far below. */
    private static final long PASSING_PLACE = 0x4000_0000_0000L;

    private static final long PAGE = 4096;
    private static final int HUGETLB = 04000;
    private static final Operand NOTHING = Operand.named(0, "NULL");

    @Override
    public String name() {
        return "shared-segment";
    }

    @Override
    public SharedSegment emptyState() {
        return SharedSegment.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile mapped, CaptureContext context) {
        return mapped.link().startsWith("/SYSV");
    }

    @Override
    public SharedSegment capture(StolenFile mapped, CaptureContext context) {
        int id = (int) mapped.status().inode();
        Optional<Segment> found = SharedSegments.parse(mapped.process().ipcText(TABLE))
                .byId(id)
                .filter(segment -> rounded(segment.size(), mapped.hugePageSize())
                        == rounded(mapped.status().size(), mapped.hugePageSize()));
        if (found.isEmpty()) {
            context.refuse(
                    mapped.process().pid(),
                    "System V segment " + id,
                    "it is not in " + TABLE + " of this node",
                    "run the job in the ipc namespace of the node");
            return emptyState();
        }
        Segment segment = found.get();
        return SharedSegment.newBuilder()
                .setId(id)
                .setKey(segment.isRemoved() ? 0 : segment.key())
                .setMode(segment.mode())
                .setUid(segment.uid())
                .setGid(segment.gid())
                .setSize(segment.size())
                .setHugePageSize(mapped.hugePageSize())
                .setRemovedBy(segment.isRemoved() ? mapped.process().innerPid() : 0)
                .build();
    }

    @Override
    public void plan(ObjectId id, SharedSegment state, PlanContext plan) {
        Steps create = plan.create(id + " [System V segment " + state.getId() + "]");
        Operand segment = Operand.of(state.getId());
        create.expect(Word.Expect.ANYTHING, SystemCall.SHMCTL, segment, Identifiers.REMOVE, NOTHING); // see obstacle
        Identifiers.choose(create, "shm", state.getId());
        create.expect(
                Word.Expect.exactly(state.getId()),
                SystemCall.SHMGET,
                Operand.hex(Integer.toUnsignedLong(state.getKey())),
                Operand.of(state.getSize()),
                how(state));
        create.call(
                SystemCall.SHMCTL,
                segment,
                Identifiers.SET,
                Identifiers.owner(state.getUid(), state.getGid(), state.getMode())
                        .address());
        create.expect(
                Word.Expect.exactly(PASSING_PLACE),
                SystemCall.SHMAT,
                segment,
                Operand.hex(PASSING_PLACE),
                Operand.of(0));
        Operand opened = create.call(
                id.value(),
                SystemCall.OPENAT,
                Operand.named(-100, "AT_FDCWD"),
                Operand.text(passingFile(state)),
                Operand.named(OpenFlags.RDWR, "O_RDWR"));
        plan.adopt(create, id, opened);
        create.call(SystemCall.SHMDT, Operand.hex(PASSING_PLACE));
        plan.fillContent(id);
        if (state.getRemovedBy() != 0) { // everybody has attached it by then
            plan.arm(state.getRemovedBy(), create.origin())
                    .call(SystemCall.SHMCTL, segment, Identifiers.REMOVE, NOTHING);
        }
    }

    /** What this very job left on the node, and nobody uses, the plan removes. */
    @Override
    public Optional<String> obstacle(SharedSegment state, NodeNames node) {
        return SharedSegments.parse(node.text(TABLE)).segments().stream()
                .filter(there -> Identifiers.collide(there.id(), there.key(), state.getId(), state.getKey()))
                .filter(there -> !isLeft(there, state))
                .findFirst()
                .map(there -> "System V segment " + state.getId() + " (key 0x"
                        + Integer.toHexString(state.getKey()) + ") cannot be made: segment " + there.id()
                        + " of uid " + there.uid() + " is in its place (end what uses it, then ipcrm -m " + there.id()
                        + ")")
                .or(() -> HugePool.obstacle(state.getSize(), state.getHugePageSize(), node));
    }

    private static long rounded(long size, long hugePage) {
        long page = Math.max(PAGE, hugePage);
        return (size + page - 1) / page * page;
    }

    private static boolean isLeft(Segment there, SharedSegment state) {
        return there.id() == state.getId()
                && there.key() == state.getKey()
                && there.uid() == state.getUid()
                && there.size() == state.getSize()
                && there.attached() == 0;
    }

    private static Operand how(SharedSegment state) {
        Operand.Immediate usual = Identifiers.make(state.getMode());
        long huge = state.getHugePageSize();
        return huge == 0
                ? usual
                : Operand.named(
                        HugePages.flags(HUGETLB | usual.value(), huge),
                        HugePages.text("SHM_HUGETLB|" + usual.text(), huge));
    }

    private static String passingFile(SharedSegment state) {
        long end = PASSING_PLACE + rounded(state.getSize(), state.getHugePageSize());
        return "/proc/self/map_files/" + Long.toHexString(PASSING_PLACE) + "-" + Long.toHexString(end);
    }
}
