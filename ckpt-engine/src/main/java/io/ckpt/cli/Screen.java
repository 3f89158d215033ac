package io.ckpt.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.ckpt.fault.Fault;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Where a verb writes.
 *
 * @param out answers
 * @param err progress and remarks
 * @param json whether answers are wanted as JSON
 */
record Screen(PrintWriter out, PrintWriter err, boolean json) {
    /** An answer: as JSON where that is wanted, else as the verb writes it for people. */
    void answer(MessageOrBuilder message, Consumer<PrintWriter> text) {
        if (json) {
            json(message);
        } else {
            text.accept(out);
        }
        out.flush();
    }

    void json(MessageOrBuilder message) {
        try {
            out.println(JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(message));
            out.flush();
        } catch (InvalidProtocolBufferException e) {
            throw Fault.internal("message without JSON form", e);
        }
    }

    /** A remark beside the answer. */
    void remark(String text) {
        err.println("ckptctl: " + text);
        err.flush();
    }

    ProgressView progress() {
        if (json) {
            return progress -> {};
        }
        return isTerminal() ? new ProgressBar(err) : new ProgressLines(err);
    }

    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
        }
    }
}
