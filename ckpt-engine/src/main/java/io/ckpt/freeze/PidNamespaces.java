package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.OpenFlags;
import java.util.LinkedList;
import java.util.List;

/** The pid namespaces that a task lives in. */
final class PidNamespaces {
    private static final long GET_PARENT = 0xb702;

    private PidNamespaces() {}

    /** Names of the innermost ones, as many as are asked for, from the outside in: {@code pid:[4026531836]}. */
    static List<String> innermost(int task, int count) {
        LinkedList<String> found = new LinkedList<>();
        String path = "/proc/" + task + "/ns/pid";
        int descriptor =
                KernelAnswer.require(LibCkpt.open(NativeText.string(path), OpenFlags.RDONLY), () -> path + ": open");
        try {
            found.add(name(descriptor));
            while (found.size() < count) {
                descriptor = around(descriptor, found.getFirst());
                found.addFirst(name(descriptor));
            }
            return List.copyOf(found);
        } finally {
            LibCkpt.close(descriptor);
        }
    }

    private static int around(int descriptor, String name) {
        int around = KernelAnswer.require(
                LibCkpt.ioctl(descriptor, GET_PARENT, null), () -> name + ": the namespace around it");
        LibCkpt.close(descriptor);
        return around;
    }

    private static String name(int descriptor) {
        return ProcFiles.link("self/fd/" + descriptor);
    }
}
