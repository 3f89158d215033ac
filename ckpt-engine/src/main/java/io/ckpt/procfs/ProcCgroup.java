package io.ckpt.procfs;

import java.util.List;
import java.util.Optional;

/** {@code /proc/PID/cgroup}, see cgroups(7). */
public record ProcCgroup(List<Membership> memberships) {
    private static final String FILE = "/proc/PID/cgroup";

    /**
     * Place of a process in one hierarchy.
     *
     * @param hierarchy 0 for version 2
     * @param controllers of a version 1 hierarchy ({@code name=systemd} too); empty for version 2
     * @param path relative to the root of the reader's cgroup namespace
     */
    public record Membership(int hierarchy, List<String> controllers, String path) {
        public boolean isUnified() {
            return hierarchy == 0;
        }

        /** {@code cpu,cpuacct} or {@code name=systemd}; nothing for version 2. The number may be another elsewhere. */
        public String name() {
            return String.join(",", controllers);
        }

        /** The same hierarchy, another cgroup. */
        public Membership at(String other) {
            return new Membership(hierarchy, controllers, other);
        }

        /** True when the cgroup is another one itself or lies somewhere in it. */
        public boolean isWithin(Membership around) {
            return path.equals(around.path) || isBelow(around);
        }

        public boolean isBelow(Membership around) {
            return !path.equals(around.path) && path.startsWith(around.isRoot() ? "/" : around.path + "/");
        }

        public boolean isRoot() {
            return path.equals("/");
        }

        /** Path of the cgroup from one that it lies in, without a slash in front. */
        public String from(Membership around) {
            return path.substring(around.isRoot() ? 1 : around.path.length() + 1);
        }

        /** The cgroup that has this path, {@code /} or {@code /sub}, for who takes this one for the root. */
        public Membership inside(String inner) {
            return at(inner.equals("/") ? path : (isRoot() ? "" : path) + inner);
        }
    }

    public static ProcCgroup parse(String text) {
        return new ProcCgroup(
                KernelText.lines(text).stream().map(ProcCgroup::membership).toList());
    }

    /** Place in the version 2 hierarchy. */
    public Optional<Membership> unified() {
        return memberships.stream().filter(Membership::isUnified).findFirst();
    }

    /** Place in the version 1 hierarchy that has this controller. */
    public Optional<Membership> controller(String name) {
        return memberships.stream()
                .filter(membership -> membership.controllers.contains(name))
                .findFirst();
    }

    /** Place in the hierarchy of this {@link Membership#name}. */
    public Optional<Membership> in(String hierarchy) {
        return memberships.stream()
                .filter(membership -> membership.name().equals(hierarchy))
                .findFirst();
    }

    private static Membership membership(String line) {
        String[] parts = line.split(":", 3);
        if (parts.length != 3 || !parts[2].startsWith("/")) {
            throw KernelText.misread(FILE, line);
        }
        List<String> controllers = parts[1].isEmpty() ? List.of() : List.of(parts[1].split(","));
        return new Membership(KernelText.number(FILE, parts[0]), controllers, parts[2]);
    }
}
