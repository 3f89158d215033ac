package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Files below {@code /proc/PID}, which may go at any moment. */
final class ProcFiles {
    private static final int LONGEST_LINK = 4096;

    private ProcFiles() {}

    /** The content, or nothing when the process or thread has gone. */
    static Optional<byte[]> tryBytes(String path) {
        try {
            return Optional.of(Files.readAllBytes(Path.of("/proc", path)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            if (isGone(e)) {
                return Optional.empty();
            }
            throw unreadable(path, e);
        }
    }

    static Optional<String> tryText(String path) {
        return tryBytes(path).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    static byte[] bytes(String path) {
        return tryBytes(path)
                .orElseThrow(() -> new Fault(
                        FaultCode.JOB_VANISHED,
                        "/proc/" + path + ": no such file",
                        "the process has ended, or this kernel lacks the file"));
    }

    static String text(String path) {
        return new String(bytes(path), StandardCharsets.UTF_8);
    }

    static String link(String path) {
        byte[] target = new byte[LONGEST_LINK];
        int length = readLink(path, target);
        KernelAnswer.require(length, () -> "/proc/" + path + ": readlink");
        return new String(target, 0, length, StandardCharsets.UTF_8);
    }

    /** The target, or nothing when the process has gone or is a zombie. */
    static Optional<String> tryLink(String path) {
        byte[] target = new byte[LONGEST_LINK];
        int length = readLink(path, target);
        return length < 0 ? Optional.empty() : Optional.of(new String(target, 0, length, StandardCharsets.UTF_8));
    }

    private static int readLink(String path, byte[] target) {
        return LibCkpt.readlink(NativeText.string("/proc/" + path), target, target.length);
    }

    static FileStatus status(String path) {
        long[] values = new long[FileStatuses.VALUES];
        KernelAnswer.require(
                LibCkpt.stat(NativeText.string("/proc/" + path), values), () -> "/proc/" + path + ": stat");
        return FileStatuses.of(values);
    }

    /** Every process there is, in no order. */
    static List<Integer> processes() {
        return ProcessHandle.allProcesses().map(process -> (int) process.pid()).toList();
    }

    /** Entries that are numbers (tasks, descriptors) in ascending order; none when the process has gone. */
    static List<Integer> numbers(String path) {
        List<Integer> numbers = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc", path))) {
            entries.forEach(entry -> numbers.add(Integer.valueOf(entry.getFileName().toString())));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException | DirectoryIteratorException e) {
            if (isGone(e)) {
                return List.of();
            }
            throw unreadable(path, e);
        }
        numbers.sort(null);
        return List.copyOf(numbers);
    }

    /** Children of all threads of a process, zombies too. */
    static List<Integer> children(int pid) {
        return numbers(pid + "/task").stream()
                .flatMap(tid -> words(tryText(pid + "/task/" + tid + "/children").orElse("")))
                .map(Integer::valueOf)
                .toList();
    }

    private static Stream<String> words(String text) {
        return Arrays.stream(text.split(" ")).filter(word -> !word.isBlank());
    }

    /** How the file system API tells ESRCH: a task that ended between the opening and the reading. */
    private static boolean isGone(Exception e) {
        return String.valueOf(e.getMessage()).contains(Errno.ESRCH.text());
    }

    private static Fault unreadable(String path, Exception e) {
        return new Fault(
                FaultCode.NOT_PERMITTED,
                "cannot read /proc/" + path + ": " + e.getMessage(),
                "run ckpt as root, or with CAP_SYS_PTRACE",
                e);
    }
}
