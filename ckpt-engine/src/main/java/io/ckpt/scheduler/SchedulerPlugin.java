package io.ckpt.scheduler;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.util.ServiceLoader;

/** How a scheduler is found by the name in the configuration; plugins are listed in META-INF/services. */
public interface SchedulerPlugin {
    /** In lower case: {@code slurm}. */
    String name();

    Scheduler open();

    /** @throws Fault CONFIGURATION when no plugin of that name is on the class path */
    static Scheduler named(String name) {
        if (name.equals("none")) {
            return new NoScheduler();
        }
        return ServiceLoader.load(SchedulerPlugin.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(plugin -> plugin.name().equals(name))
                .findFirst()
                .map(SchedulerPlugin::open)
                .orElseThrow(() -> new Fault(
                        FaultCode.CONFIGURATION,
                        "no plugin for scheduler \"" + name + "\"",
                        "install ckpt's plugin for it, or set Scheduler=none"));
    }
}
