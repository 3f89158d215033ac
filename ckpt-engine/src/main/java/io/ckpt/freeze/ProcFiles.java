package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import io.ckpt.kernel.KernelName;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Files below {@code /proc/PID}, which may go at any moment. */
final class ProcFiles {
    private static final int LONGEST_LINK = 4096;
    private static final int USUAL_LENGTH = 4096;
    private static final int USUAL_ENTRIES = 256;

    private ProcFiles() {}

    /** The content, or nothing when the process or thread has gone. */
    static Optional<byte[]> tryBytes(String path) {
        return tryBytes(path, USUAL_LENGTH);
    }

    /** Read again when it is longer than expected. */
    private static Optional<byte[]> tryBytes(String path, int expected) {
        byte[] name = name(path);
        byte[] buffer = new byte[expected];
        long length = LibCkpt.readFile(name, buffer, buffer.length);
        while (length == buffer.length) {
            buffer = new byte[8 * buffer.length];
            length = LibCkpt.readFile(name, buffer, buffer.length);
        }
        if (isGone(length)) {
            return Optional.empty();
        }
        KernelAnswer.require(length, () -> "/proc/" + path + ": read");
        return Optional.of(Arrays.copyOf(buffer, (int) length));
    }

    static Optional<String> tryText(String path) {
        return tryBytes(path).map(KernelName::decode);
    }

    /** @param expected bytes; a longer text costs another reading */
    static Optional<String> tryText(String path, int expected) {
        return tryBytes(path, expected).map(KernelName::decode);
    }

    static byte[] bytes(String path) {
        return bytes(path, USUAL_LENGTH);
    }

    private static byte[] bytes(String path, int expected) {
        return tryBytes(path, expected)
                .orElseThrow(() -> new Fault(
                        FaultCode.JOB_VANISHED,
                        "/proc/" + path + ": no such file",
                        "the process has ended, or this kernel lacks the file"));
    }

    static String text(String path) {
        return text(path, USUAL_LENGTH);
    }

    /** @param expected bytes; a longer text costs another reading */
    static String text(String path, int expected) {
        return KernelName.decode(bytes(path, expected));
    }

    static String link(String path) {
        byte[] target = new byte[LONGEST_LINK];
        int length = KernelAnswer.require(readLink(path, target), () -> "/proc/" + path + ": readlink");
        return KernelName.decode(target, length);
    }

    /** The target, or nothing when there is none or none to be read. */
    static Optional<String> tryLink(String path) {
        byte[] target = new byte[LONGEST_LINK];
        int length = readLink(path, target);
        return length < 0 ? Optional.empty() : Optional.of(KernelName.decode(target, length));
    }

    private static int readLink(String path, byte[] target) {
        return LibCkpt.readlink(name(path), target, target.length);
    }

    static FileStatus status(String path) {
        long[] values = new long[FileStatuses.VALUES];
        KernelAnswer.require(LibCkpt.stat(name(path), values), () -> "/proc/" + path + ": stat");
        return FileStatuses.of(values);
    }

    static FileStatus linkStatus(String path) {
        long[] values = new long[FileStatuses.VALUES];
        KernelAnswer.require(LibCkpt.lstat(name(path), values), () -> "/proc/" + path + ": lstat");
        return FileStatuses.of(values);
    }

    /** Id of the mount that a path leads through. */
    static int mount(String path) {
        return KernelAnswer.require(LibCkpt.mountId(name(path)), () -> "/proc/" + path + ": statx");
    }

    static boolean hasAttributes(String path) {
        long length = LibCkpt.attributeNames(name(path));
        return !Errno.EOPNOTSUPP.is(length) && KernelAnswer.require(length, () -> "/proc/" + path + ": listxattr") > 0;
    }

    /** Names in a directory. */
    static List<String> names(String path) {
        byte[] buffer = new byte[USUAL_LENGTH];
        long length = LibCkpt.listNames(name(path), buffer, buffer.length);
        while (length > buffer.length) {
            buffer = new byte[(int) (2 * length)];
            length = LibCkpt.listNames(name(path), buffer, buffer.length);
        }
        KernelAnswer.require(length, () -> "/proc/" + path + ": readdir");
        return length == 0
                ? List.of()
                : List.of(KernelName.decode(buffer, (int) length).split("\0"));
    }

    /** Every process that this one can see. */
    static List<Integer> processes() {
        return numbers("");
    }

    /** Entries that are numbers (tasks, descriptors) in ascending order; none when the process has gone. */
    static List<Integer> numbers(String path) {
        return tryNumbers(path)
                .orElseThrow(() -> new Fault(
                        FaultCode.NOT_PERMITTED,
                        "/proc/" + path + " may not be read",
                        "run the engine as root, with CAP_SYS_PTRACE"));
    }

    /** The same; nothing where they may not be read. */
    static Optional<List<Integer>> tryNumbers(String path) {
        byte[] name = name(path);
        int[] numbers = new int[USUAL_ENTRIES];
        int count = LibCkpt.listNumbers(name, numbers, numbers.length);
        while (count > numbers.length) {
            numbers = new int[2 * count];
            count = LibCkpt.listNumbers(name, numbers, numbers.length);
        }
        if (isGone(count)) {
            return Optional.of(List.of());
        }
        if (Errno.EACCES.is(count)) {
            return Optional.empty();
        }
        KernelAnswer.require(count, () -> "/proc/" + path + ": readdir");
        return Optional.of(Arrays.stream(numbers, 0, count).sorted().boxed().toList());
    }

    /** Children of all threads of a process, zombies too. */
    static List<Integer> children(int pid) {
        return numbers(pid + "/task").stream()
                .flatMap(
                        tid -> words(tryText(pid + "/task/" + tid + "/children").orElse("")))
                .map(Integer::valueOf)
                .toList();
    }

    private static Stream<String> words(String text) {
        return text.isEmpty() ? Stream.of() : Arrays.stream(text.strip().split(" "));
    }

    /** A task that ended before the file was opened, or between the opening and the reading. */
    private static boolean isGone(long result) {
        return Errno.ENOENT.is(result) || Errno.ESRCH.is(result);
    }

    private static byte[] name(String path) {
        return NativeText.string("/proc/" + path);
    }
}
