package io.ckpt.kind.ipc;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.IpcObject;
import io.ckpt.kind.CaptureContext;
import java.util.List;
import java.util.Optional;

/** Who used a System V object last: all that tells whose it is. */
final class Users {
    private Users() {}

    /** True when a process of the job was the last to operate on it, or nobody else can. */
    static boolean isOfJob(IpcObject object, CaptureContext context) {
        return context.isOwnIpc()
                || object.users().stream().anyMatch(pid -> process(pid, context).isPresent());
    }

    /** Who else works with it would find it gone, or as it was at the checkpoint. */
    static void refuseOutside(IpcObject object, CaptureContext context) {
        object.users().stream()
                .filter(pid -> process(pid, context).isEmpty())
                .filter(object::wasThere)
                .findFirst()
                .ifPresent(outside -> context.refuse(
                        living(context).get(0).pid(),
                        object.name(),
                        "process " + outside + " outside the job works with it too",
                        "checkpoint that process with it"));
    }

    /** The pid in the job of one that can act when the job is rebuilt; else 0. */
    static int innerPid(int pid, CaptureContext context) {
        return process(pid, context)
                .filter(process -> !process.isZombie())
                .map(FrozenProcess::innerPid)
                .orElse(0);
    }

    /** Somebody of the job for an object that only processes used which have ended. */
    static int anyInnerPid(CaptureContext context) {
        return living(context).get(0).innerPid();
    }

    static List<FrozenProcess> living(CaptureContext context) {
        return context.ipcMembers();
    }

    private static Optional<FrozenProcess> process(int pid, CaptureContext context) {
        return context.job().processes().stream()
                .filter(process -> process.pid() == pid)
                .findFirst();
    }
}
