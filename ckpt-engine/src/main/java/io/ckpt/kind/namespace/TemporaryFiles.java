package io.ckpt.kind.namespace;

import io.ckpt.freeze.FileStatus;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.Mount;
import io.ckpt.kernel.FileMode;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.procfs.MountInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What lies in a tmpfs that only the job has mounted: it lives in the memory of the node, and goes with the job. */
final class TemporaryFiles {
    static final String TYPE = "tmpfs";

    /** A job waits while they are looked at. */
    private static final int MOST = 20_000;

    private static final int UNDER_A_MOUNT = 0755;

    private final OwnNamespace namespace;
    private final CaptureContext context;
    private final MountInfo.Mount mount;
    private final Set<String> mountPoints;
    private final FrozenProcess viewer;
    private final Map<Long, String> linked = new HashMap<>();
    private long device;

    TemporaryFiles(
            OwnNamespace namespace, CaptureContext context, MountInfo.Mount mount, List<MountInfo.Mount> visible) {
        this.namespace = namespace;
        this.context = context;
        this.mount = mount;
        this.mountPoints = visible.stream()
                .filter(each -> each != mount)
                .map(MountInfo.Mount::mountPoint)
                .collect(Collectors.toSet());
        this.viewer = namespace.viewer();
    }

    void capture(Mount.Builder state) {
        add("", state);
        boolean holdsFiles = state.getEntriesList().stream()
                .anyMatch(entry -> !entry.getContentId().isEmpty());
        if (state.getEntriesCount() > MOST) {
            refuse("more than " + MOST + " files lie in it", "let the job keep its files elsewhere");
        } else if (holdsFiles && mount.isReadOnly()) {
            refuse("it is read-only, and files lie in it", "mount it for writing");
        }
    }

    private void add(String path, Mount.Builder state) {
        if (state.getEntriesCount() > MOST) {
            return;
        }
        FileStatus status = viewer.linkStatus(place(path));
        device = path.isEmpty() ? status.device() : device;
        boolean isMountPoint = mountPoints.contains(MountInfo.join(mount.mountPoint(), path));
        state.addEntries(isMountPoint ? covered(path, status) : entry(path, status));
        if (!isMountPoint && status.device() != device) {
            refuse(path + " has been exchanged meanwhile", "try again");
        } else if (!isMountPoint && status.isDirectory()) {
            viewer.names(place(path)).forEach(name -> add(path + "/" + name, state));
        }
    }

    /** What a mount covers only has to be there. */
    private static Mount.Entry covered(String path, FileStatus root) {
        int type = root.isDirectory() ? FileMode.DIRECTORY : FileMode.REGULAR;
        return Mount.Entry.newBuilder()
                .setPath(relative(path))
                .setMode(type | UNDER_A_MOUNT)
                .setModifiedNs(root.modifiedNanos())
                .build();
    }

    private Mount.Entry entry(String path, FileStatus status) {
        Mount.Entry.Builder entry = Mount.Entry.newBuilder()
                .setPath(relative(path))
                .setMode(status.mode())
                .setUid(status.uid())
                .setGid(status.gid())
                .setDeviceNumber(status.rdevice())
                .setModifiedNs(status.modifiedNanos());
        if (viewer.hasAttributes(place(path))) {
            refuse(path + " has extended attributes", "remove them (setfattr -x, setfacl -b)");
        }
        boolean isKnown = !status.isDirectory() && status.links() > 1 && linked.containsKey(status.inode());
        if (isKnown) {
            return entry.setSameAs(linked.get(status.inode())).build();
        }
        linked.put(status.inode(), relative(path));
        if ((status.mode() & FileMode.TYPE) == FileMode.LINK) {
            entry.setLeadsTo(viewer.link(place(path)));
        } else if (status.isRegular() && status.size() > 0) {
            keep(path, status, entry);
        }
        return entry.build();
    }

    private void keep(String path, FileStatus status, Mount.Entry.Builder entry) {
        ObjectId content = new ObjectId("content:" + namespace.name() + MountInfo.join(mount.mountPoint(), path));
        StolenFile file = viewer.reopened(place(path));
        entry.setSize(status.size()).setContentId(content.value());
        if (file.status().device() == device && file.status().inode() == status.inode()) {
            context.keepContent(content, file, status.size());
        } else { // others of the namespace run on, and a symbolic link would be followed with the rights of root
            refuse(path + " has been exchanged meanwhile", "try again");
        }
    }

    private String place(String path) {
        return "root" + MountInfo.join(mount.mountPoint(), path);
    }

    private static String relative(String path) {
        return path.isEmpty() ? "" : path.substring(1);
    }

    private void refuse(String reason, String remedy) {
        context.refuse(
                namespace.first().pid(),
                "mnt namespace " + namespace.name(),
                TYPE + " at " + mount.mountPoint() + ": " + reason,
                remedy);
    }
}
