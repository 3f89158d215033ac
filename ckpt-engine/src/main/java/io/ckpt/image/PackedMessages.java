package io.ckpt.image;

import com.github.luben.zstd.ZstdOutputStream;
import com.google.protobuf.Message;
import io.ckpt.fault.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Messages, each after its length, as one zstd stream in memory. */
final class PackedMessages {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ZstdOutputStream stream;

    PackedMessages() {
        try {
            stream = new ZstdOutputStream(bytes, 1);
            stream.setChecksum(true);
        } catch (IOException e) {
            throw Fault.internal("cannot pack messages", e);
        }
    }

    PackedMessages add(Message message) {
        try {
            message.writeDelimitedTo(stream);
            return this;
        } catch (IOException e) {
            throw Fault.internal("cannot pack " + message.getDescriptorForType().getName(), e);
        }
    }

    /** Bytes packed so far, less what the stream still holds back. */
    int size() {
        return bytes.size();
    }

    byte[] end() {
        try {
            stream.close();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw Fault.internal("cannot pack messages", e);
        }
    }
}
