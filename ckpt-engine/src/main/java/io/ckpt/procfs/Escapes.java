package io.ckpt.procfs;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Undoes the kernel's escapes in names: {@code \040} for a byte that would break a line into wrong fields. */
final class Escapes {
    private static final Pattern OCTAL = Pattern.compile("\\\\([0-3][0-7]{2})");

    private Escapes() {}

    static String undo(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        return OCTAL.matcher(text).replaceAll(match -> {
            String character = String.valueOf((char) Integer.parseInt(match.group(1), 8));
            return Matcher.quoteReplacement(character);
        });
    }
}
