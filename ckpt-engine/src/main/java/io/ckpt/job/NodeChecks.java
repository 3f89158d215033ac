package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.freeze.Launch;
import io.ckpt.freeze.LivePages;
import io.ckpt.freeze.Node;
import io.ckpt.freeze.WriteTracker;
import io.ckpt.store.StorePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a node must have for both journeys. */
final class NodeChecks {
    private static final List<String> PROGRAMS = List.of("libckpt.so", "ckpt-restorer", "ckpt-run");

    private NodeChecks() {}

    static List<Finding> findings(StorePlace store) {
        Stream<Finding> kernel = Stream.of(
                new Finding("kernel.release", Finding.Level.OK, Node.here().release(), ""),
                kernelFile(
                        "kernel.checkpoint-restore",
                        "/proc/self/timens_offsets",
                        "use a kernel with CONFIG_TIME_NS and CONFIG_CHECKPOINT_RESTORE"),
                kernelFile(
                        "kernel.children",
                        "/proc/self/task/" + ProcessHandle.current().pid() + "/children",
                        "use a kernel with CONFIG_PROC_CHILDREN"));
        return Stream.of(
                        kernel,
                        Stream.of(live(), liveForUsers(), delta()),
                        PROGRAMS.stream().map(NodeChecks::program),
                        Stream.of(directory(store)))
                .flatMap(findings -> findings)
                .toList();
    }

    private static Finding live() {
        return LivePages.missing()
                .map(missing -> new Finding(
                        "memory.live",
                        Finding.Level.WARNING,
                        missing,
                        "use Linux 6.7 or later with CONFIG_USERFAULTFD"))
                .orElseGet(() -> new Finding("memory.live", Finding.Level.OK, "jobs run on while they are copied", ""));
    }

    private static Finding liveForUsers() {
        boolean there = Files.exists(Path.of("/dev/userfaultfd"));
        return new Finding(
                "memory.live-users",
                there ? Finding.Level.OK : Finding.Level.WARNING,
                there ? "/dev/userfaultfd" : "no /dev/userfaultfd: jobs of ordinary users stand still while copied",
                there ? "" : "use Linux 6.1 or later with CONFIG_USERFAULTFD");
    }

    private static Finding delta() {
        return WriteTracker.missing()
                .map(missing -> new Finding(
                        "memory.delta",
                        Finding.Level.WARNING,
                        missing,
                        "use Linux 6.13 or later with CONFIG_USERFAULTFD, or do without Delta=yes"))
                .orElseGet(() ->
                        new Finding("memory.delta", Finding.Level.OK, "checkpoints can copy only what changed", ""));
    }

    private static Finding kernelFile(String check, String file, String remedy) {
        boolean there = Files.exists(Path.of(file));
        return new Finding(
                check,
                there ? Finding.Level.OK : Finding.Level.FAILURE,
                there ? "present" : "missing",
                there ? "" : remedy);
    }

    private static Finding program(String name) {
        try {
            return new Finding(
                    "install." + name, Finding.Level.OK, Launch.installed(name).toString(), "");
        } catch (Fault missing) {
            return new Finding("install." + name, Finding.Level.FAILURE, missing.getMessage(), missing.remedy());
        }
    }

    private static Finding directory(StorePlace store) {
        try {
            return directory(store.require());
        } catch (Fault fault) {
            return new Finding("store.directory", Finding.Level.WARNING, fault.getMessage(), fault.remedy());
        } catch (IOException e) {
            return unusable(store.directory());
        }
    }

    private static Finding directory(Path store) {
        return Files.isWritable(store)
                ? new Finding("store.directory", Finding.Level.OK, store.toString(), "")
                : unusable(store);
    }

    private static Finding unusable(Path store) {
        return new Finding(
                "store.directory",
                Finding.Level.WARNING,
                store + " is not a directory this user can write",
                "create it with mode 0700 for root, or set Store= in ckptd.conf");
    }
}
