package io.ckpt.kernel;

/** Sorts of namespaces(7). */
public enum NamespaceSort {
    USER("user", CloneFlags.NEWUSER),
    UTS("uts", CloneFlags.NEWUTS),
    IPC("ipc", CloneFlags.NEWIPC),
    NETWORK("net", CloneFlags.NEWNET),
    CGROUP("cgroup", CloneFlags.NEWCGROUP),
    MOUNT("mnt", CloneFlags.NEWNS),
    PID("pid", CloneFlags.NEWPID),
    TIME("time", CloneFlags.NEWTIME);

    private final String file;
    private final int flag;

    NamespaceSort(String file, int flag) {
        this.file = file;
        this.flag = flag;
    }

    /** Its name in {@code /proc/PID/ns}. */
    public String file() {
        return file;
    }

    /** For clone(2), unshare(2) and setns(2). */
    public int flag() {
        return flag;
    }
}
