package io.ckpt.procfs;

import io.ckpt.fault.Fault;
import java.util.List;

/** Lines and numbers out of kernel text, and the fault that names the text when it is not what the kernel is known to write. */
final class KernelText {
    private KernelText() {}

    /** Only the newline ends a line: names may hold carriage returns and whatever else some convention ends lines with. */
    static List<String> lines(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split("\n"));
    }

    static Fault misread(String file, String text) {
        return misread(file, text, null);
    }

    static Fault misread(String file, String text, Throwable cause) {
        String shown = text.length() <= 160 ? text : text.substring(0, 160) + "...";
        return Fault.internal("cannot understand \"" + shown.replace("\n", "\\n") + "\" in " + file, cause);
    }

    static int number(String file, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw misread(file, text, e);
        }
    }

    static long decimal(String file, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw misread(file, text, e);
        }
    }

    /** Up to 2^64-1; the upper half comes back negative. */
    static long unsigned(String file, String text) {
        return unsigned(file, text, 10);
    }

    static long hex(String file, String text) {
        return unsigned(file, text, 16);
    }

    static int octal(String file, String text) {
        try {
            return Integer.parseUnsignedInt(text, 8);
        } catch (NumberFormatException e) {
            throw misread(file, text, e);
        }
    }

    private static long unsigned(String file, String text, int radix) {
        try {
            return Long.parseUnsignedLong(text, radix);
        } catch (NumberFormatException e) {
            throw misread(file, text, e);
        }
    }
}
