package io.ckpt.kind.namespace;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.image.v1.Mount;
import io.ckpt.image.v1.MountNamespace;
import io.ckpt.kernel.MountFlags;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.PlanContext;
import io.ckpt.procfs.MountInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A tree of mounts. What the place has mounted too, whole or in part, is told by its path there and mounted from there
 * again; file systems that only the namespace has are made anew, a tmpfs with what lies in it.
 */
public final class MountNamespaceKind implements ObjectKind<OwnNamespace, MountNamespace> {
    /** File systems that belong to nobody's disk and keep nothing, but for tmpfs. */
    private static final Set<String> MADE_ANEW = Set.of(TemporaryFiles.TYPE, "proc", "devpts", "mqueue");

    @Override
    public String name() {
        return "mount-namespace";
    }

    @Override
    public MountNamespace emptyState() {
        return MountNamespace.getDefaultInstance();
    }

    @Override
    public boolean accepts(OwnNamespace namespace, CaptureContext context) {
        return namespace.sort() == NamespaceSort.MOUNT;
    }

    @Override
    public MountNamespace capture(OwnNamespace namespace, CaptureContext context) {
        return new Capture(namespace, context).state();
    }

    @Override
    public void plan(ObjectId id, MountNamespace state, PlanContext plan) {
        Passage passage = new Passage(NamespaceSort.MOUNT, id, plan);
        passage.make(steps -> new MountPlan(id, state, plan, steps).mountAll());
        new ShownPids(id, state, plan).mountAll();
        passage.admit(state.getMembersList());
    }

    /** Where a path of the namespace lies in the place; empty for what a restart makes. */
    public static Optional<String> inPlace(MountNamespace state, String path) {
        Mount mount = state.getMountsList().stream()
                .filter(each -> MountInfo.isWithin(path, each.getTarget()))
                .reduce((one, other) ->
                        other.getTarget().length() >= one.getTarget().length() ? other : one)
                .orElse(Mount.getDefaultInstance());
        String rest = mount.getTarget().equals("/")
                ? path
                : path.substring(mount.getTarget().length());
        String there = MountInfo.join(mount.getSource(), rest);
        if (mount.getSource().isEmpty()) {
            return Optional.empty();
        }
        return mount.getInner() ? inPlace(state, there) : Optional.of(there);
    }

    private static final class Capture {
        private final OwnNamespace namespace;
        private final CaptureContext context;
        private final MountInfo own;
        private final MountInfo place;
        private final List<MountInfo.Mount> visible;
        private final List<MountInfo.Mount> made = new ArrayList<>();

        Capture(OwnNamespace namespace, CaptureContext context) {
            this.namespace = namespace;
            this.context = context;
            this.own = MountInfo.parse(namespace.viewer().text("mountinfo"));
            this.place = MountInfo.parse(context.job().outerText("mountinfo"));
            this.visible = own.parentsFirst().stream().filter(own::isVisible).toList();
        }

        MountNamespace state() {
            MountNamespace.Builder state = MountNamespace.newBuilder().addAllMembers(namespace.innerPids());
            if (!namespace.viewer().link("root").equals("/")) {
                refuse(
                        "every process in it has changed its root directory (chroot)",
                        "let one process stay at the root");
                return state.build();
            }
            for (MountInfo.Mount mount : visible) {
                state.addMounts(capture(mount));
            }
            return state.build();
        }

        private Mount capture(MountInfo.Mount mount) {
            Mount.Builder state = Mount.newBuilder()
                    .setTarget(mount.mountPoint())
                    .setAttributes(MountFlags.attributes(mount.options()))
                    .setPropagation(propagation(mount));
            if (mount.options().contains("idmapped")) {
                refuse(mount, "its owners are mapped (idmap)", "mount it without");
            }
            Optional<String> source = place.pathTo(mount);
            Optional<MountInfo.Mount> inner =
                    made.stream().filter(mount::isPartOf).findFirst();
            if (source.isPresent()) {
                state.setSource(source.get());
            } else if (inner.isPresent()) {
                state.setSource(MountInfo.within(inner.get(), mount)).setInner(true);
            } else {
                makeAnew(mount, state);
            }
            return state.build();
        }

        private void makeAnew(MountInfo.Mount mount, Mount.Builder state) {
            made.add(mount);
            state.setType(mount.type()).setDevice(mount.source()).addAllOptions(mount.superOptions());
            state.setShownBy(shownBy(mount));
            if (!MADE_ANEW.contains(mount.type())) {
                refuse(
                        mount,
                        "the job's place has not mounted that file system",
                        "mount it before the job starts, where the job is started from");
            } else if (mount.type().equals(TemporaryFiles.TYPE)) {
                refuseOverPids(mount);
                refuseShared(mount);
                new TemporaryFiles(namespace, context, mount, visible).capture(state);
            }
        }

        /** The first process of the pid namespace of the job's own that a proc shows; that alone is always in it. */
        private int shownBy(MountInfo.Mount mount) {
            if (!mount.type().equals(ShownPids.TYPE)) {
                return 0;
            }
            Optional<String> shown = namespace.viewer().tryLink("root" + mount.mountPoint() + "/1/ns/pid");
            return context.job().processes().stream()
                    .filter(process -> shown.filter(process::isFirstOf).isPresent())
                    .findFirst()
                    .map(FrozenProcess::innerPid)
                    .orElse(0);
        }

        private void refuseOverPids(MountInfo.Mount mount) {
            boolean isOver =
                    made.stream().filter(each -> shownBy(each) != 0).anyMatch(each -> each.covers(mount.mountPoint()));
            if (isOver) {
                refuse(mount, "it lies in a proc of a pid namespace of the job's own", "mount it elsewhere");
            }
        }

        /** Each namespace would get its own. */
        private void refuseShared(MountInfo.Mount mount) {
            boolean isShared = context.job().processes().stream()
                    .filter(process ->
                            !process.isZombie() && !namespace.members().contains(process))
                    .flatMap(process -> MountInfo.parse(process.text("mountinfo")).mounts().stream())
                    .anyMatch(other -> other.major() == mount.major() && other.minor() == mount.minor());
            if (isShared) {
                refuse(
                        mount,
                        "another mount namespace of the job has it, too",
                        "mount it outside the job, or once for each namespace");
            }
        }

        private int propagation(MountInfo.Mount mount) {
            if (mount.propagation().contains("unbindable")) {
                return MountFlags.UNBINDABLE;
            }
            Optional<String> group = tag(mount, "shared:");
            Optional<String> master = tag(mount, "master:");
            if (group.isPresent() && (master.isPresent() || holders(own, group.get()) > 1 || isOfPlace(group.get()))) {
                refuse(
                        mount,
                        "what is mounted in it appears elsewhere, too (" + group.get() + ")",
                        "make it private (mount --make-rprivate /)");
            } else if (master.isPresent() && !isOfPlace(master.get())) {
                refuse(
                        mount,
                        "what is mounted outside the job's place appears in it (" + master.get() + ")",
                        "make it private (mount --make-rprivate /)");
            }
            return group.isPresent() ? MountFlags.SHARED : master.isPresent() ? MountFlags.SLAVE : MountFlags.PRIVATE;
        }

        private static Optional<String> tag(MountInfo.Mount mount, String name) {
            return mount.propagation().stream()
                    .filter(tag -> tag.startsWith(name))
                    .findFirst();
        }

        /** True for a group that the place has, or receives from. */
        private boolean isOfPlace(String tag) {
            String number = tag.substring(tag.indexOf(':'));
            return holders(place, "shared" + number) + holders(place, "master" + number) > 0;
        }

        private static long holders(MountInfo where, String tag) {
            return where.mounts().stream()
                    .filter(mount -> mount.propagation().contains(tag))
                    .count();
        }

        private void refuse(MountInfo.Mount mount, String reason, String remedy) {
            refuse(mount.type() + " at " + mount.mountPoint() + ": " + reason, remedy);
        }

        private void refuse(String reason, String remedy) {
            context.refuse(namespace.first().pid(), "mnt namespace " + namespace.name(), reason, remedy);
        }
    }
}
