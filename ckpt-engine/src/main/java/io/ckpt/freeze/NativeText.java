package io.ckpt.freeze;

import io.ckpt.kernel.KernelName;
import java.util.List;

/** Strings as C has them. */
final class NativeText {
    private NativeText() {}

    static byte[] string(String text) {
        return KernelName.encode(text + "\0");
    }

    /** NUL-terminated strings one after the other, closed by an empty one. */
    static byte[] block(List<String> strings) {
        return string(String.join("", strings.stream().map(s -> s + "\0").toList()));
    }
}
