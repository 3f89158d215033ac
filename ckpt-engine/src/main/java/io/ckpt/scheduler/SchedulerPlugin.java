package io.ckpt.scheduler;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.util.Optional;
import java.util.ServiceLoader;

/** How a scheduler is found by the name in the configuration; plugins are listed in META-INF/services. */
public interface SchedulerPlugin {
    /** In lower case: {@code slurm}. */
    String name();

    Scheduler open();

    /** How this machine is prepared for it; empty where files are copied by hand. */
    default Optional<Setup> setup() {
        return Optional.empty();
    }

    /** @throws Fault CONFIGURATION when no plugin of that name is on the class path */
    static Scheduler named(String name) {
        return name.equals("none") ? new NoScheduler() : find(name).open();
    }

    /** @throws Fault CONFIGURATION when no plugin of that name is on the class path, or it prepares nothing */
    static Setup setupOf(String name) {
        return find(name)
                .setup()
                .orElseThrow(() -> new Fault(
                        FaultCode.CONFIGURATION, "nothing is prepared for " + name, "see docs/operations.md"));
    }

    private static SchedulerPlugin find(String name) {
        return ServiceLoader.load(SchedulerPlugin.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(plugin -> plugin.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new Fault(
                        FaultCode.CONFIGURATION,
                        "no plugin for scheduler \"" + name + "\"",
                        "install ckpt's plugin for it, or set Scheduler=none"));
    }
}
