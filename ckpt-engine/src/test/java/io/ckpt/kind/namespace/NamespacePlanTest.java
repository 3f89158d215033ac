package io.ckpt.kind.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.freeze.UserNamespace;
import io.ckpt.image.v1.CgroupNamespace;
import io.ckpt.image.v1.IpcNamespace;
import io.ckpt.image.v1.Mount;
import io.ckpt.image.v1.MountNamespace;
import io.ckpt.image.v1.NetworkNamespace;
import io.ckpt.image.v1.OwnCgroup;
import io.ckpt.image.v1.PidNamespaceState;
import io.ckpt.image.v1.TimeNamespace;
import io.ckpt.image.v1.UserNamespaceState;
import io.ckpt.image.v1.UtsNamespace;
import io.ckpt.kernel.FileMode;
import io.ckpt.kernel.MountFlags;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.RecordedContext;
import io.ckpt.kind.RecordedPlan;
import io.ckpt.kind.RecordedProcess;
import io.ckpt.plan.Operand;
import io.ckpt.procfs.Recorded;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamespacePlanTest {
    private static final ObjectId UTS = new ObjectId("namespace:uts:[4026532001]");
    private static final ObjectId IPC = new ObjectId("namespace:ipc:[4026532002]");

    private static final ObjectId CGROUP = new ObjectId("namespace:cgroup:[4026532008]");
    private static final ObjectId NETWORK = new ObjectId("namespace:net:[4026532007]");
    private static final ObjectId PIDS = new ObjectId("namespace:pid:[4026532010]");
    private static final ObjectId USER = new ObjectId("namespace:user:[4026532006]");
    private static final ObjectId MOUNTS = new ObjectId("namespace:mnt:[4026532005]");

    private final RecordedPlan plan = new RecordedPlan();
    private final RecordedProcess process = new RecordedProcess(4711, 10);
    private final RecordedContext context = new RecordedContext(process);

    @Test
    void givesNamesToWhoLivesInIt() {
        new UtsNamespaceKind()
                .plan(
                        UTS,
                        UtsNamespace.newBuilder()
                                .addMembers(10)
                                .addMembers(12)
                                .setHostName("inner")
                                .setDomainName("(none)")
                                .build(),
                        plan);
        plan.assertGolden("uts-namespace");
    }

    @Test
    void hasChildrenBornInWhatTheirParentHadBegun() {
        new PidNamespaceKind()
                .plan(
                        PIDS,
                        PidNamespaceState.newBuilder()
                                .addNumbers(number(12, 2))
                                .addNumbers(number(11, 1))
                                .addParents(10)
                                .build(),
                        plan);
        plan.assertGolden("pid-namespace");
    }

    @Test
    void showsThePidsOfWhoIsThereFirst() {
        new MountNamespaceKind()
                .plan(
                        MOUNTS,
                        MountNamespace.newBuilder()
                                .addMembers(11)
                                .addMounts(Mount.newBuilder().setTarget("/").setSource("/"))
                                .addMounts(Mount.newBuilder()
                                        .setTarget("/proc")
                                        .setType("proc")
                                        .setDevice("proc")
                                        .setPropagation(MountFlags.PRIVATE)
                                        .setShownBy(11))
                                .addMounts(Mount.newBuilder()
                                        .setTarget("/proc/sys")
                                        .setSource("/proc/sys")
                                        .setInner(true)
                                        .setAttributes(MountFlags.RDONLY)
                                        .setPropagation(MountFlags.PRIVATE))
                                .build(),
                        plan);
        plan.assertGolden("mount-namespace-pids");
    }

    @Test
    void tellsWhatAPidNamespaceCallsWhom() {
        OwnNamespace namespace = new OwnNamespace(NamespaceSort.PID, "pid:[4026532010]", List.of(process));
        String status = Recorded.text("status")
                .replace("NStgid:\t1", "NStgid:\t4711\t10\t3\t1")
                .replace("NSpid:\t1", "NSpid:\t4711\t10\t3\t1")
                .replace("NSpgid:\t0", "NSpgid:\t4700\t9\t0\t0")
                .replace("NSsid:\t0", "NSsid:\t4700\t9\t0\t0");
        process.within("pid:[4026532009]", "pid:[4026532010]").text("status", status);

        PidNamespaceState state = new PidNamespaceKind().capture(namespace, context);

        assertThat(context.refusals()).isEmpty();
        assertThat(state.getAround()).isEqualTo("namespace:pid:[4026532009]");
        assertThat(state.getNumbersList()).containsExactly(number(10, 1));
        assertThat(state.getParentsList()).isEmpty();
    }

    @Test
    void remembersTheNamespaceOfThePlaceOnce() {
        UtsNamespace state = UtsNamespace.newBuilder().addMembers(10).build();
        new UtsNamespaceKind().plan(UTS, state, plan);
        new UtsNamespaceKind().plan(new ObjectId("namespace:uts:[4026532003]"), state, plan);
        assertThat(plan.text()).containsOnlyOnce("$namespace:uts = openat");
    }

    @Test
    void setsLimitsBeforeAnythingIsMade() {
        new IpcNamespaceKind()
                .plan(
                        IPC,
                        IpcNamespace.newBuilder()
                                .addMembers(10)
                                .addLimits(IpcNamespace.Limit.newBuilder()
                                        .setFile("/proc/sys/kernel/msgmni")
                                        .setValue("77"))
                                .build(),
                        plan);
        plan.assertGolden("ipc-namespace");
    }

    @Test
    void mountsFromThePlaceBeforeThatIsLeft() {
        new MountNamespaceKind()
                .plan(
                        MOUNTS,
                        MountNamespace.newBuilder()
                                .addMembers(10)
                                .addMounts(Mount.newBuilder()
                                        .setTarget("/")
                                        .setType("tmpfs")
                                        .setDevice("root")
                                        .addAllOptions(List.of("rw", "size=64k", "inode64"))
                                        .setPropagation(MountFlags.PRIVATE)
                                        .addEntries(entry("", FileMode.DIRECTORY | 0755))
                                        .addEntries(entry("usr", FileMode.DIRECTORY | 0755))
                                        .addEntries(entry("bin", FileMode.LINK | 0777)
                                                .setLeadsTo("usr/bin"))
                                        .addEntries(entry("file", FileMode.REGULAR | 04711)
                                                .setUid(1000)
                                                .setGid(1001)
                                                .setSize(3)
                                                .setContentId("content:mnt:[4026532005]/file"))
                                        .addEntries(entry("same", FileMode.REGULAR | 04711)
                                                .setSameAs("file"))
                                        .addEntries(entry("zero", FileMode.CHARACTER_DEVICE | 0666)
                                                .setDeviceNumber(0x105)))
                                .addMounts(Mount.newBuilder()
                                        .setTarget("/usr")
                                        .setSource("/opt/image/usr")
                                        .setAttributes(MountFlags.RDONLY | MountFlags.NOSUID)
                                        .setPropagation(MountFlags.SLAVE))
                                .addMounts(Mount.newBuilder()
                                        .setTarget("/alias")
                                        .setSource("/usr/share")
                                        .setInner(true)
                                        .setPropagation(MountFlags.SHARED))
                                .build(),
                        plan);
        plan.assertGolden("mount-namespace");
        assertThat(plan.contents()).containsExactly(new ObjectId("content:mnt:[4026532005]/file"));
    }

    @Test
    void findsInThePlaceWhatIsMountedFromThere() {
        MountNamespace state = MountNamespace.newBuilder()
                .addMounts(Mount.newBuilder().setTarget("/").setType("tmpfs"))
                .addMounts(Mount.newBuilder().setTarget("/usr").setSource("/opt/image/usr"))
                .addMounts(Mount.newBuilder()
                        .setTarget("/alias")
                        .setSource("/usr/share")
                        .setInner(true))
                .addMounts(Mount.newBuilder().setTarget("/whole").setSource("/"))
                .build();
        assertThat(MountNamespaceKind.inPlace(state, "/usr/bin/true")).contains("/opt/image/usr/bin/true");
        assertThat(MountNamespaceKind.inPlace(state, "/alias/doc")).contains("/opt/image/usr/share/doc");
        assertThat(MountNamespaceKind.inPlace(state, "/whole/etc")).contains("/etc");
        assertThat(MountNamespaceKind.inPlace(state, "/whole")).contains("/");
        assertThat(MountNamespaceKind.inPlace(state, "/usrlocal")).isEmpty();
    }

    @Test
    void tellsMountsByTheirPathsInThePlace() {
        MountNamespace state = capture(
                """
                20 1 8:1 / / rw,relatime - ext4 /dev/sda rw
                21 20 8:1 /data/in /in ro,nosuid - ext4 /dev/sda rw
                22 20 0:50 / /old rw - proc proc rw
                23 22 8:2 / /old rw,noatime master:7 - xfs /dev/sdb rw
                """);
        assertThat(state.getMountsList()).extracting(Mount::getTarget).containsExactly("/", "/in", "/old");
        assertThat(state.getMountsList()).extracting(Mount::getSource).containsExactly("/", "/data/in", "/disk");
        assertThat(state.getMountsList())
                .extracting(Mount::getAttributes)
                .containsExactly(0, MountFlags.RDONLY | MountFlags.NOSUID | MountFlags.STRICTATIME, MountFlags.NOATIME);
        assertThat(state.getMountsList())
                .extracting(Mount::getPropagation)
                .containsExactly(MountFlags.PRIVATE, MountFlags.PRIVATE, MountFlags.SLAVE);
        assertThat(context.refusals()).isEmpty();
    }

    @Test
    void refusesWhatItCannotMountAgain() {
        capture(
                """
                20 1 8:1 / / rw,relatime - ext4 /dev/sda rw
                21 20 0:51 / /image ro,relatime - fuse.squashfuse squashfuse ro
                22 20 0:52 / /over rw,relatime - overlay overlay rw,lowerdir=/a
                23 20 8:2 / /both rw,relatime shared:7 - xfs /dev/sdb rw
                """);
        assertThat(context.refusals().toString())
                .contains("fuse.squashfuse at /image", "overlay at /over", "xfs at /both");
    }

    private MountNamespace capture(String mounts) {
        process.text("mountinfo", mounts)
                .text("root", "/")
                .text(
                        "outer mountinfo",
                        """
                10 1 8:1 / / rw,relatime - ext4 /dev/sda rw
                11 10 8:2 / /disk rw,relatime shared:7 - xfs /dev/sdb rw
                """);
        OwnNamespace namespace = new OwnNamespace(NamespaceSort.MOUNT, "mnt:[4026532005]", List.of(process));
        return new MountNamespaceKind().capture(namespace, context);
    }

    private static Mount.Entry.Builder entry(String path, int mode) {
        return Mount.Entry.newBuilder().setPath(path).setMode(mode).setModifiedNs(1_500_000_001L);
    }

    @Test
    void hasAUserNamespaceMadeByItsOwner() {
        new UserNamespaceKind()
                .plan(
                        USER,
                        UserNamespaceState.newBuilder()
                                .setOwnerUid(1000)
                                .setUidMap("         0       1000          1\n")
                                .setGidMap("         0       1000          1\n")
                                .setGroupsDenied(true)
                                .build(),
                        plan);
        plan.assertGolden("user-namespace");
    }

    @Test
    void makesANestedUserNamespaceFromThatAroundIt() {
        plan.adopt(plan.create("user"), USER, Operand.of(7));
        UserNamespaceState state = UserNamespaceState.newBuilder()
                .setUidMap("1000 0 1\n")
                .setGidMap("1000 0 1\n")
                .build();
        new UserNamespaceKind().plan(new ObjectId("namespace:user:[4026532009]"), state, plan.within(USER));
        plan.assertGolden("user-namespace-nested");
    }

    @Test
    void makesWhatAUserNamespaceOwnsInIt() {
        plan.adopt(plan.create("user"), USER, Operand.of(7));
        UtsNamespace state =
                UtsNamespace.newBuilder().addMembers(10).setHostName("inner").build();
        new UtsNamespaceKind().plan(UTS, state, plan.within(USER));
        plan.assertGolden("uts-namespace-owned");
    }

    @Test
    void copiesMountsThatAUserNamespaceOwns() {
        plan.adopt(plan.create("user"), USER, Operand.of(7));
        MountNamespace state = MountNamespace.newBuilder()
                .addMounts(Mount.newBuilder().setTarget("/").setSource("/").setPropagation(MountFlags.PRIVATE))
                .build();
        new MountNamespaceKind().plan(MOUNTS, state, plan.within(USER));
        plan.assertGolden("mount-namespace-owned");
    }

    @Test
    void translatesOwnersIntoNestedNamespaces() {
        UserNamespace outer = new UserNamespace("user:[1]", 1000, "0 1000 1\n1 100000 65536\n", "", false);
        UserNamespace inner = new UserNamespace("user:[2]", 1000, "500 0 10\n", "", false);
        assertThat(IdMap.inside(1000, List.of())).isEqualTo(1000);
        assertThat(IdMap.inside(1000, List.of(outer))).isEqualTo(0);
        assertThat(IdMap.inside(100005, List.of(outer))).isEqualTo(6);
        assertThat(IdMap.inside(1000, List.of(inner, outer))).isEqualTo(500);
        assertThatThrownBy(() -> IdMap.inside(1001, List.of(outer))).hasMessageContaining("uid 1001");
    }

    @Test
    void makesTheCgroupOfThePlaceTheRoot() {
        CgroupNamespace state = CgroupNamespace.newBuilder().addMembers(10).build();
        new CgroupNamespaceKind().plan(CGROUP, state, plan);
        plan.assertGolden("cgroup-namespace");
    }

    @Test
    void refusesARootThatTheJobMade() {
        process.text("cgroup", "1:cpu:/\n0::/job/made\n").text("outer cgroup", "1:cpu:/\n0::/job\n");
        OwnNamespace namespace = new OwnNamespace(NamespaceSort.CGROUP, "cgroup:[4026532008]", List.of(process));
        new CgroupNamespaceKind().capture(namespace, context);
        assertThat(context.refusals().toString()).contains("cgroup namespace cgroup:[4026532008]");
    }

    @Test
    void bringsTheLoopbackInterfaceUp() {
        NetworkNamespace state =
                NetworkNamespace.newBuilder().addMembers(10).setLoopbackUp(true).build();
        new NetworkNamespaceKind().plan(NETWORK, state, plan);
        plan.assertGolden("network-namespace");
    }

    @Test
    void refusesNetworksWithMoreThanLoopback() {
        process.text("net/dev", "Inter-|   Receive\n face |bytes\n    lo:   0\n  eth0: 10\n")
                .text("net/fib_trie", "Local:\n  +-- 0.0.0.0/0\n     |-- 10.0.0.2\n     |-- 127.0.0.1\n");
        OwnNamespace namespace = new OwnNamespace(NamespaceSort.NETWORK, "net:[4026532007]", List.of(process));
        NetworkNamespace state = new NetworkNamespaceKind().capture(namespace, context);
        assertThat(state.getLoopbackUp()).isTrue();
        assertThat(context.refusals().toString()).contains("interface eth0", "address 10.0.0.2");
    }

    @Test
    void refusesOtherSortsByTheirNames() {
        new UnsupportedNamespaceKind()
                .capture(new OwnNamespace(NamespaceSort.TIME, "time:[4026532004]", List.of(process)), context);
        assertThat(context.refusals().get(0).toString()).contains("4711", "time namespace time:[4026532004]");
    }

    @Test
    void makesACgroupBelowThatOfThePlace() {
        OwnCgroup state = OwnCgroup.newBuilder()
                .setHierarchy("cpuset")
                .setPath("outer/inner")
                .addSettings(OwnCgroup.Setting.newBuilder()
                        .setFile("cpuset.cpus")
                        .setShare(true)
                        .addValues("1"))
                .addSettings(OwnCgroup.Setting.newBuilder()
                        .setFile("cpuset.memory_migrate")
                        .addValues("1"))
                .setUid(1000)
                .setGid(100)
                .addMembers(10)
                .build();
        new OwnCgroupKind().plan(new ObjectId("cgroup:cpuset/outer/inner"), state, plan);
        plan.assertGolden("own-cgroup");
    }

    @Test
    void hasControllersHandedOnThatACgroupNeeds() {
        OwnCgroup state = OwnCgroup.newBuilder()
                .setPath("sub")
                .addSettings(
                        OwnCgroup.Setting.newBuilder().setFile("memory.max").addValues("1048576"))
                .addSettings(OwnCgroup.Setting.newBuilder()
                        .setFile("cgroup.subtree_control")
                        .addValues("+memory +pids"))
                .build();
        new OwnCgroupKind().plan(new ObjectId("cgroup:/sub"), state, plan);
        assertThat(plan.text()).containsSubsequence("\"+memory\", 7", "\"+pids\", 5", "mkdirat", "\"+memory +pids\"");
    }

    @Test
    void asksForAHierarchyWithoutControllersAsSuch() {
        OwnCgroup state = OwnCgroup.newBuilder()
                .setHierarchy("name=systemd")
                .setPath("sub")
                .build();
        new OwnCgroupKind().plan(new ObjectId("cgroup:name=systemd/sub"), state, plan);
        assertThat(plan.text()).containsSubsequence("\"none\"", "\"name\", \"systemd\"");
    }

    @Test
    void setsClocksByThoseOfTheJob() {
        TimeNamespace state = TimeNamespace.newBuilder()
                .addMembers(11)
                .addParents(10)
                .setMonotonicNs(100_000_000_000L)
                .setBoottimeNs(-2_250_000_000L)
                .build();
        new TimeNamespaceKind().plan(new ObjectId("namespace:time:[4026532009]"), state, plan);
        plan.assertGolden("time-namespace");
    }

    private static PidNamespaceState.Number number(int id, int inside) {
        return PidNamespaceState.Number.newBuilder().setId(id).setInside(inside).build();
    }
}
