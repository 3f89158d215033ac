package io.ckpt.kind.file;

import io.ckpt.freeze.Rights.Access;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.CgroupFile;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.CgroupBase;
import io.ckpt.kind.Description;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.procfs.FdInfo;
import io.ckpt.procfs.MountInfo;
import io.ckpt.procfs.ProcCgroup.Membership;
import java.util.Optional;

/**
 * A file or directory of the cgroup that the job was started in, or of one in it. A restarted job has those of its place, at
 * another path maybe; those that it made are there again by then.
 */
public final class CgroupFileKind implements ObjectKind<StolenFile, CgroupFile> {
    private static final String USUAL_PLACE = "/sys/fs/cgroup/";

    /** @param base cgroup that the job was started in */
    private record Place(MountInfo.Mount mount, Membership base) {}

    @Override
    public String name() {
        return "cgroup-file";
    }

    @Override
    public CgroupFile emptyState() {
        return CgroupFile.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.link().startsWith(USUAL_PLACE)
                && !Names.isGone(file)
                && place(file, context).isPresent();
    }

    @Override
    public CgroupFile capture(StolenFile file, CaptureContext context) {
        Place place = place(file, context).orElseThrow();
        Description description = Description.of(file);
        boolean held = (description.info().flags() & OpenFlags.PATH) != 0;
        if (!held) {
            Names.opens(file, context, Access.of(description.flags()));
        }
        return CgroupFile.newBuilder()
                .setPath(file.link())
                .setFlags(description.flags())
                .setOffset(description.info().position())
                .setHeld(held)
                .setHierarchy(place.base().name())
                .setMountPoint(place.mount().mountPoint())
                .setInner(file.link().substring(seen(place).length()))
                .build();
    }

    @Override
    public void plan(ObjectId id, CgroupFile state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        plan.asOwner(create, () -> {
            Slot opened =
                    state.getHeld() ? FileCalls.hold(create, id.value(), state.getPath()) : open(create, id, state);
            plan.adopt(create, id, opened);
        });
    }

    private static Slot open(Steps create, ObjectId id, CgroupFile state) {
        Slot opened = FileCalls.open(create, id.value(), state.getPath(), state.getFlags());
        FileCalls.seek(create, opened, state.getOffset());
        FileCalls.setFlags(create, opened, state.getFlags() | OpenFlags.NONBLOCK, state.getFlags());
        return opened;
    }

    /** Nothing where only a part of the hierarchy is mounted, in the root, or beside the cgroups of the job. */
    private static Optional<Place> place(StolenFile file, CaptureContext context) {
        int mountId = FdInfo.parse(file.info()).mountId();
        return MountInfo.parse(file.process().text("mountinfo"))
                .byId(mountId)
                .filter(mount -> mount.root().equals("/"))
                .flatMap(mount -> CgroupBase.of(context.job()).memberships().stream()
                        .filter(base -> mount.shows(base) && !base.isRoot())
                        .map(base -> new Place(mount, base))
                        .findFirst())
                .filter(place -> MountInfo.isWithin(file.link(), seen(place)));
    }

    /** Where the cgroup that the job was started in is to be seen. */
    private static String seen(Place place) {
        return MountInfo.join(place.mount().mountPoint(), place.base().path());
    }
}
