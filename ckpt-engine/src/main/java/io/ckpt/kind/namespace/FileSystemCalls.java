package io.ckpt.kind.namespace;

import io.ckpt.image.v1.Mount;
import io.ckpt.kernel.SystemCall;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.util.Set;

/** Makes a file system and a mount of it; see fsopen(2). */
final class FileSystemCalls {
    private static final Operand NOTHING = Operand.named(0, "NULL");
    private static final Operand FLAG = Operand.named(0, "FSCONFIG_SET_FLAG");
    private static final Operand STRING = Operand.named(1, "FSCONFIG_SET_STRING");
    private static final Operand CREATE = Operand.named(6, "FSCONFIG_CMD_CREATE");
    /** What every file system shows, or what only shows. */
    private static final Set<String> NOT_SET = Set.of("rw", "seclabel");

    private FileSystemCalls() {}

    static Slot make(Steps steps, Mount mount) {
        Slot context = steps.call(
                "file system", SystemCall.FSOPEN, Operand.text(mount.getType()), Operand.named(1, "FSOPEN_CLOEXEC"));
        if (!mount.getDevice().isEmpty()) {
            set(steps, context, "source", mount.getDevice());
        }
        mount.getOptionsList().stream()
                .filter(option -> !NOT_SET.contains(option))
                .forEach(option -> set(steps, context, option));
        steps.call(SystemCall.FSCONFIG, context, CREATE, NOTHING, NOTHING, Operand.of(0));
        Slot tree = steps.call("tree", SystemCall.FSMOUNT, context, Operand.named(1, "FSMOUNT_CLOEXEC"), Operand.of(0));
        steps.call(SystemCall.CLOSE, context);
        return tree;
    }

    private static void set(Steps steps, Slot context, String option) {
        int equals = option.indexOf('=');
        if (equals < 0) {
            steps.call(SystemCall.FSCONFIG, context, FLAG, Operand.text(option), NOTHING, Operand.of(0));
        } else {
            set(steps, context, option.substring(0, equals), option.substring(equals + 1));
        }
    }

    private static void set(Steps steps, Slot context, String key, String value) {
        steps.call(SystemCall.FSCONFIG, context, STRING, Operand.text(key), Operand.text(value), Operand.of(0));
    }
}
