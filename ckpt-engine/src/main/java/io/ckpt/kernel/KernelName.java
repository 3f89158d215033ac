package io.ckpt.kernel;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Names as the kernel has them: bytes, mostly UTF-8, but nothing holds anybody to it, and a task's name of fifteen
 * bytes may end within a letter. A byte that is no part of UTF-8 becomes a character of its own ({@code U+EF80} for
 * 0x80 up to {@code U+EFFF} for 0xff), so that every name comes back byte for byte.
 */
public final class KernelName {
    private static final char REPLACEMENT = '\ufffd';
    private static final char ESCAPE = '\uef00';

    private KernelName() {}

    public static String decode(byte[] bytes) {
        return decode(bytes, bytes.length);
    }

    /** @param length how many of the bytes */
    public static String decode(byte[] bytes, int length) {
        String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
        boolean ascii = text.length() == length && text.indexOf(REPLACEMENT) < 0;
        return ascii ? text : decodeWithEscapes(ByteBuffer.wrap(bytes, 0, length));
    }

    public static byte[] encode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() + 1);
        int from = 0;
        for (int at = 0; at < text.length(); at++) {
            if (isEscape(text.charAt(at))) {
                bytes.writeBytes(text.substring(from, at).getBytes(StandardCharsets.UTF_8));
                bytes.write(text.charAt(at));
                from = at + 1;
            }
        }
        bytes.writeBytes(text.substring(from).getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    private static String decodeWithEscapes(ByteBuffer bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer valid = CharBuffer.allocate(bytes.remaining());
        StringBuilder text = new StringBuilder(bytes.remaining());
        CoderResult result;
        do {
            result = decoder.decode(bytes, valid.clear(), true);
            valid.flip().chars().forEach(character -> append(text, (char) character));
            for (int rest = result.isError() ? result.length() : 0; rest > 0; rest--) {
                text.append(escape(bytes.get()));
            }
        } while (result.isError());
        return text.toString();
    }

    /** A character that looks like an escape is escaped itself. */
    private static void append(StringBuilder text, char character) {
        if (isEscape(character)) {
            for (byte part : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
                text.append(escape(part));
            }
        } else {
            text.append(character);
        }
    }

    private static char escape(byte raw) {
        return (char) (ESCAPE | raw & 0xff);
    }

    private static boolean isEscape(char character) {
        return character >= (ESCAPE | 0x80) && character <= (ESCAPE | 0xff);
    }
}
