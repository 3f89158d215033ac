package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kernel.OpenFlags;
import java.util.function.Supplier;

/** A thread of the engine in a namespace of a job, for as long as it looks around there. */
final class NamespaceVisit {
    private NamespaceVisit() {}

    static <R> R in(int pid, NamespaceSort sort, Supplier<R> work) {
        int home = open("/proc/thread-self/ns/" + sort.file());
        try {
            enter(pid, sort);
            try {
                return work.get();
            } finally {
                KernelAnswer.require(
                        LibCkpt.setns(home, sort.flag()), () -> "the way back to the " + sort.file() + " namespace");
            }
        } finally {
            LibCkpt.close(home);
        }
    }

    private static void enter(int pid, NamespaceSort sort) {
        int there = open("/proc/" + pid + "/ns/" + sort.file());
        try {
            KernelAnswer.require(
                    LibCkpt.setns(there, sort.flag()), () -> "pid " + pid + ", " + sort.file() + " namespace: setns");
        } finally {
            LibCkpt.close(there);
        }
    }

    private static int open(String path) {
        return KernelAnswer.require(LibCkpt.open(NativeText.string(path), OpenFlags.RDONLY), () -> path + ": open");
    }
}
