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
    public record Membership(int hierarchy, List<String> controllers, String path) {}

    public static ProcCgroup parse(String text) {
        return new ProcCgroup(
                KernelText.lines(text).stream().map(ProcCgroup::membership).toList());
    }

    /** Path in the version 2 hierarchy. */
    public Optional<String> unified() {
        return memberships.stream()
                .filter(membership -> membership.hierarchy == 0)
                .map(Membership::path)
                .findFirst();
    }

    /** Path in the version 1 hierarchy that has this controller. */
    public Optional<String> controller(String name) {
        return memberships.stream()
                .filter(membership -> membership.controllers.contains(name))
                .map(Membership::path)
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
