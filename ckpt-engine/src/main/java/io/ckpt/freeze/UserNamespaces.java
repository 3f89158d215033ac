package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kernel.OpenFlags;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The user namespaces that a namespace of a process lies in. */
final class UserNamespaces {
    private static final long GET_USER_NAMESPACE = 0xb701;
    private static final long GET_PARENT = 0xb702;
    private static final long GET_OWNER = 0xb704;
    private static final int LONGEST = 4096;

    private UserNamespaces() {}

    /** From the inside out, up to that of this process, which is not among them. */
    static List<UserNamespace> around(int pid, NamespaceSort sort) {
        List<UserNamespace> found = new ArrayList<>();
        String ours = ProcFiles.link("self/ns/user");
        int descriptor = first(pid, sort);
        String name = name(descriptor);
        while (!name.equals(ours)) {
            found.add(describe(name, descriptor));
            descriptor = next(descriptor, GET_PARENT, name);
            name = name(descriptor);
        }
        LibCkpt.close(descriptor);
        return found;
    }

    private static int first(int pid, NamespaceSort sort) {
        String path = "/proc/" + pid + "/ns/" + sort.file();
        int descriptor =
                KernelAnswer.require(LibCkpt.open(NativeText.string(path), OpenFlags.RDONLY), () -> path + ": open");
        return sort == NamespaceSort.USER ? descriptor : next(descriptor, GET_USER_NAMESPACE, path);
    }

    /** Closes the one that it comes from. */
    private static int next(int descriptor, long request, String from) {
        try {
            return KernelAnswer.require(
                    LibCkpt.ioctl(descriptor, request, null), () -> from + ": the namespace around it");
        } finally {
            LibCkpt.close(descriptor);
        }
    }

    private static String name(int descriptor) {
        return ProcFiles.link("self/fd/" + descriptor);
    }

    private static UserNamespace describe(String name, int descriptor) {
        ByteBuffer owner = ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
        KernelAnswer.require(LibCkpt.ioctl(descriptor, GET_OWNER, owner), () -> name + ": its owner");
        return new UserNamespace(
                name,
                owner.getInt(0),
                text(descriptor, "/proc/self/uid_map"),
                text(descriptor, "/proc/self/gid_map"),
                text(descriptor, "/proc/self/setgroups").strip().equals("deny"));
    }

    private static String text(int descriptor, String path) {
        byte[] text = new byte[LONGEST];
        long length = KernelAnswer.require(
                LibCkpt.readInUserNamespace(descriptor, NativeText.string(path), text, text.length),
                () -> path + " in another user namespace");
        return new String(text, 0, (int) length, StandardCharsets.US_ASCII);
    }
}
