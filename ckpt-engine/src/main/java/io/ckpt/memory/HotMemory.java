package io.ckpt.memory;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ckpt.image.v1.HotPage;
import io.ckpt.image.v1.HotPages;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Pages that a job waited for in its last lazy restarts, in that order, one for each piece of an image; of too many the first
 * are forgotten. The next restart, be it of another checkpoint, has use for them at once.
 */
public record HotMemory(List<HotPage> pages) {
    public static final HotMemory NONE = new HotMemory(List.of());

    /** Pieces; more take longer to come than a job would wait for some of them. */
    static final int MOST = 4096;

    public HotMemory {
        pages = List.copyOf(pages.subList(Math.max(0, pages.size() - MOST), pages.size()));
    }

    /** What cannot be read is as good as nothing. */
    public static HotMemory parse(byte[] bytes) {
        try {
            return new HotMemory(HotPages.parseFrom(bytes).getPagesList());
        } catch (InvalidProtocolBufferException unreadable) {
            return NONE;
        }
    }

    public byte[] bytes() {
        return HotPages.newBuilder().addAllPages(pages).build().toByteArray();
    }

    /** The same for the time after next: what was waited for all the same. */
    HotMemory and(List<HotPage> missed) {
        Set<HotPage> all = new LinkedHashSet<>(pages);
        all.addAll(missed);
        return new HotMemory(List.copyOf(all));
    }
}
