package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Texts that the kernel tells of the node itself. */
final class NodeText {
    private NodeText() {}

    static String read(String file) {
        try {
            return new String(Files.readAllBytes(Path.of(file)), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new Fault(FaultCode.IO_ERROR, "cannot read " + file + ": " + e, "mount /proc", e);
        }
    }
}
