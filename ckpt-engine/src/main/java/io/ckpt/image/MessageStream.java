package io.ckpt.image;

import com.github.luben.zstd.ZstdInputStream;
import com.google.protobuf.Parser;
import io.ckpt.image.v1.FileEntry;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads an entry of messages, each after its length, whose hash must be the manifest's. */
final class MessageStream {
    private MessageStream() {}

    static <M> List<M> read(ArchiveBytes archive, FileEntry entry, Parser<M> parser) {
        byte[] packed = archive.readHashed(entry);
        try (InputStream in = new BufferedInputStream(new ZstdInputStream(new ByteArrayInputStream(packed)))) {
            List<M> messages = new ArrayList<>();
            for (M message = parser.parseDelimitedFrom(in); message != null; message = parser.parseDelimitedFrom(in)) {
                messages.add(message);
            }
            return messages;
        } catch (IOException e) {
            throw ImageFormat.damaged(archive.name(), entry.getName() + " cannot be unpacked", e);
        }
    }
}
