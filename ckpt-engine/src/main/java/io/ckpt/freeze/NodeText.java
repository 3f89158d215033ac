package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import java.nio.charset.StandardCharsets;

/** Texts that the kernel tells of the node itself. */
final class NodeText {
    private static final int USUAL_LENGTH = 65536;

    private NodeText() {}

    /** With a buffer for all of it: a number of /proc/sys is told to the first read(2) and ends with it. */
    static String read(String file) {
        byte[] buffer = new byte[USUAL_LENGTH];
        long length = LibCkpt.readFile(NativeText.string(file), buffer, buffer.length);
        while (length == buffer.length) {
            buffer = new byte[2 * buffer.length];
            length = LibCkpt.readFile(NativeText.string(file), buffer, buffer.length);
        }
        if (length < 0) {
            throw new Fault(FaultCode.IO_ERROR, "cannot read " + file + ": " + Errno.result(length), "mount /proc");
        }
        return new String(buffer, 0, (int) length, StandardCharsets.UTF_8);
    }
}
