package io.ckpt.kind.namespace;

import io.ckpt.freeze.NodeNames;
import io.ckpt.image.v1.Mount;
import io.ckpt.image.v1.OwnCgroup;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.JobCgroup;
import io.ckpt.kind.NodeExpectation;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.procfs.ProcCgroup;
import java.util.List;
import java.util.Optional;

/**
 * A cgroup that the job made, with its settings and the processes in it. No path leads to that of the place, which may be
 * mounted nowhere: a hierarchy that is mounted in a fresh cgroup namespace begins with it.
 */
public final class OwnCgroupKind implements ObjectKind<JobCgroup, OwnCgroup>, NodeExpectation<OwnCgroup> {
    @Override
    public String name() {
        return "own-cgroup";
    }

    @Override
    public OwnCgroup emptyState() {
        return OwnCgroup.getDefaultInstance();
    }

    @Override
    public boolean accepts(JobCgroup cgroup, CaptureContext context) {
        return true;
    }

    @Override
    public OwnCgroup capture(JobCgroup cgroup, CaptureContext context) {
        OwnCgroup.Builder state = OwnCgroup.newBuilder()
                .setHierarchy(cgroup.hierarchy())
                .setPath(cgroup.path())
                .addAllSettings(CgroupSetting.in(cgroup));
        cgroup.members().forEach(process -> state.addMembers(process.innerPid()));
        cgroup.directory().status().ifPresent(status -> state.setUid(status.uid())
                .setGid(status.gid()));
        return state.build();
    }

    @Override
    public Optional<String> obstacle(OwnCgroup state, NodeNames node) {
        ProcCgroup here = ProcCgroup.parse(node.text("/proc/self/cgroup"));
        return here.in(state.getHierarchy()).isPresent()
                ? Optional.empty()
                : Optional.of("the job has made " + title(state) + ", and there is no such hierarchy here (mount it)");
    }

    @Override
    public void plan(ObjectId id, OwnCgroup state, PlanContext plan) {
        Operand place = place(state.getHierarchy(), plan);
        Steps create = plan.create(title(state));
        if (state.getHierarchy().isEmpty() && !state.getPath().contains("/")) {
            ControlledFiles.enable(create, place, state.getSettingsList());
        }
        ControlledFiles files = new ControlledFiles(create, place, state.getPath());
        plan.asOwner(create, () -> {
            files.makeDirectory();
            state.getSettingsList().forEach(files::set);
        });
        if (state.getUid() != 0) {
            files.giveTo(state.getUid(), state.getGid(), state.getHierarchy().isEmpty());
        }
        state.getMembersList().forEach(pid -> new ControlledFiles(
                        plan.install(pid, "pid " + pid + ", " + title(state)), place, state.getPath())
                .write("cgroup.procs", "0"));
    }

    /** The cgroup of the place in a hierarchy. */
    private static Operand place(String hierarchy, PlanContext plan) {
        ObjectId root = new ObjectId("cgroup:" + hierarchy + "/");
        if (!plan.isMade(root)) {
            ObjectId passing = new ObjectId("namespace:cgroup:" + hierarchy);
            new Passage(NamespaceSort.CGROUP, passing, plan)
                    .make(create -> plan.adopt(create, root, FileSystemCalls.make(create, mount(hierarchy))));
        }
        return plan.descriptor(root);
    }

    /** A named hierarchy without controllers must be asked for as such. */
    private static Mount mount(String hierarchy) {
        Mount.Builder mount = Mount.newBuilder().setType(hierarchy.isEmpty() ? "cgroup2" : "cgroup");
        List<String> parts = hierarchy.isEmpty() ? List.of() : List.of(hierarchy.split(","));
        if (!parts.isEmpty() && parts.stream().allMatch(part -> part.startsWith("name="))) {
            mount.addOptions("none");
        }
        return mount.addAllOptions(parts).build();
    }

    private static String title(OwnCgroup state) {
        return "cgroup " + (state.getHierarchy().isEmpty() ? "" : state.getHierarchy() + ":") + state.getPath();
    }
}
