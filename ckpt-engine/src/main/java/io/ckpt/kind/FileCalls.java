package io.ckpt.kind;

import io.ckpt.kernel.Fcntl;
import io.ckpt.kernel.FileMode;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;

/** Calls that several kinds of open files plan, with operands that print by name; {@code name} names the result. */
public final class FileCalls {
    /** Paths are absolute; this only fills the argument. */
    private static final Operand AT_FDCWD = Operand.named(-100, "AT_FDCWD");

    private static final int SETTABLE = OpenFlags.APPEND | OpenFlags.NONBLOCK | OpenFlags.DIRECT | OpenFlags.NOATIME;

    private FileCalls() {}

    /** openat(2) of a path that must not end in a symbolic link; never blocks and never takes a terminal. */
    public static Slot open(Steps steps, String name, String path, int flags) {
        int careful = flags | OpenFlags.NOFOLLOW | OpenFlags.NONBLOCK | OpenFlags.NOCTTY;
        return steps.call(name, SystemCall.OPENAT, AT_FDCWD, Operand.text(path), openFlags(careful));
    }

    /** openat(2) that holds a path without opening what is there; a symbolic link itself, not what it leads to. */
    public static Slot hold(Steps steps, String name, String path) {
        Operand flags = openFlags(OpenFlags.PATH | OpenFlags.NOFOLLOW);
        return steps.call(name, SystemCall.OPENAT, AT_FDCWD, Operand.text(path), flags);
    }

    /** Makes an empty file. {@code otherwise} says what to do with one that is there: O_EXCL or O_TRUNC. */
    public static Slot make(Steps steps, String name, String path, int mode, int otherwise) {
        int flags = OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.NOFOLLOW | OpenFlags.NONBLOCK | otherwise;
        return steps.call(name, SystemCall.OPENAT, AT_FDCWD, Operand.text(path), openFlags(flags), mode(mode));
    }

    /** Makes an empty file without a name, which may get one; see O_TMPFILE of open(2). */
    public static Slot makeUnnamed(Steps steps, String name, String directory, int mode) {
        Operand flags = openFlags(OpenFlags.RDWR | OpenFlags.TMPFILE);
        return steps.call(name, SystemCall.OPENAT, AT_FDCWD, Operand.text(directory), flags, mode(mode));
    }

    public static void makeFifo(Steps steps, String path, int mode) {
        Operand type = Operand.named(FileMode.PIPE | mode, "S_IFIFO|0" + Integer.toOctalString(mode));
        steps.call(SystemCall.MKNODAT, AT_FDCWD, Operand.text(path), type, Operand.of(0));
    }

    public static void makeDirectory(Steps steps, String path, int mode) {
        steps.call(SystemCall.MKDIRAT, AT_FDCWD, Operand.text(path), mode(mode));
    }

    public static void removeDirectory(Steps steps, String path) {
        steps.call(SystemCall.UNLINKAT, AT_FDCWD, Operand.text(path), Operand.named(0x200, "AT_REMOVEDIR"));
    }

    /** Opens once more what stands at a number of the nursery. */
    public static Slot reopen(Steps steps, String name, Operand nursery, int flags) {
        Operand path = Operand.text(path(nursery));
        return steps.call(name, SystemCall.OPENAT, AT_FDCWD, path, openFlags(flags | OpenFlags.NONBLOCK));
    }

    /**
     * Leaves the nursery with a description for reading only, in the same place: the kernel runs no program that somebody has
     * open for writing.
     */
    public static void closeForWriting(Steps steps, Operand nursery) {
        Slot readable = reopen(steps, "readable", nursery, OpenFlags.RDONLY);
        steps.call(SystemCall.DUP3, readable, nursery, Operand.named(OpenFlags.CLOEXEC, "O_CLOEXEC"));
        steps.call(SystemCall.CLOSE, readable);
    }

    private static String path(Operand nursery) {
        return "/proc/self/fd/" + ((Operand.Immediate) nursery).value();
    }

    /** Puts a fresh descriptor in the place of one that the process already has; closing on exec stays as it was. */
    public static void replace(Steps steps, Slot fresh, int number) {
        Operand place = Operand.of(number);
        Slot closing = steps.call("closing", SystemCall.FCNTL, place, Operand.named(Fcntl.GETFD, "F_GETFD"));
        steps.call(SystemCall.DUP3, fresh, place, Operand.of(0));
        steps.call(SystemCall.CLOSE, fresh);
        steps.call(SystemCall.FCNTL, place, Operand.named(Fcntl.SETFD, "F_SETFD"), closing);
    }

    /** Makes one of the process's descriptors what another is; closing on exec stays as it was. */
    public static void share(Steps steps, int from, int number) {
        Slot copy = steps.call("copy", SystemCall.DUP, Operand.of(from));
        replace(steps, copy, number);
    }

    public static void unlink(Steps steps, String path) {
        steps.call(SystemCall.UNLINKAT, AT_FDCWD, Operand.text(path), Operand.of(0));
    }

    /** Gives an open file its flags, where they differ from those it was opened with. */
    public static void setFlags(Steps steps, Operand file, int openedWith, int flags) {
        if ((openedWith & SETTABLE) != (flags & SETTABLE)) {
            steps.call(SystemCall.FCNTL, file, Operand.named(Fcntl.SETFL, "F_SETFL"), openFlags(flags));
        }
    }

    public static void seek(Steps steps, Operand file, long offset) {
        if (offset != 0) {
            Operand start = Operand.named(0, "SEEK_SET");
            steps.expect(Word.Expect.exactly(offset), SystemCall.LSEEK, file, Operand.of(offset), start);
        }
    }

    public static void truncate(Steps steps, Operand file, long size) {
        steps.call(SystemCall.FTRUNCATE, file, Operand.of(size));
    }

    /** truncate(2): unlike ftruncate(2) it leaves a file alone, and the time of its last change, that has this length. */
    public static void cutBack(Steps steps, Operand nursery, long size) {
        steps.call(SystemCall.TRUNCATE, Operand.text(path(nursery)), Operand.of(size));
    }

    public static void changeMode(Steps steps, Operand file, int mode) {
        steps.call(SystemCall.FCHMOD, file, mode(mode));
    }

    private static Operand openFlags(int flags) {
        return Operand.named(flags, OpenFlags.text(flags));
    }

    private static Operand mode(int mode) {
        return Operand.named(mode, "0" + Integer.toOctalString(mode));
    }
}
