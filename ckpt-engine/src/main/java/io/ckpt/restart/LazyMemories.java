package io.ckpt.restart;

import io.ckpt.freeze.AwaitedMemory;
import io.ckpt.freeze.MemoryNews;
import io.ckpt.freeze.PacketSocket;
import io.ckpt.freeze.TaskMemory;
import io.ckpt.image.ImageReader;
import io.ckpt.image.v1.Mapping;
import io.ckpt.kind.ObjectId;
import io.ckpt.memory.HotMemory;
import io.ckpt.memory.PageServer;
import io.ckpt.memory.PageTarget;
import io.ckpt.memory.Territory;
import io.ckpt.place.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The memories of a job's processes, most of which comes when they run. */
final class LazyMemories {
    private final FreshMappings mappings;
    private final MemoryNews news;
    private final List<PageServer.Space> spaces = new ArrayList<>();
    private final Map<String, PageTarget> targets = new HashMap<>();

    private LazyMemories(FreshMappings mappings, MemoryNews news) {
        this.mappings = mappings;
        this.news = news;
    }

    /** @param place holds the memories too */
    static LazyMemories heldBy(Place place, FreshMappings mappings) {
        PacketSocket.Pair orders = PacketSocket.pair();
        try (PacketSocket theirs = orders.second()) {
            place.loading(theirs.descriptor());
        }
        return new LazyMemories(mappings, MemoryNews.over(orders.first()));
    }

    /** As {@link FreshMemories#add}. */
    void add(int innerPid, int pid, Optional<Long> faults) {
        Territory later = new Territory();
        String object = ObjectId.memory(innerPid).toString();
        faults.filter(number -> number >= 0)
                .ifPresent(number -> await(AwaitedMemory.of(pid, number.intValue()), innerPid, object, later));
        targets.put(object, PageTarget.of(new TaskMemory(pid), later));
    }

    private void await(AwaitedMemory memory, int innerPid, String object, Territory later) {
        for (Mapping mapping : mappings.lazy(innerPid)) {
            if (memory.watch(mapping.getStart(), mapping.getEnd())) {
                later.add(mapping.getStart(), mapping.getEnd());
            }
        }
        news.hold(memory);
        spaces.add(new PageServer.Space(memory, object, later));
    }

    /** What does not come later, by object id. */
    Map<String, PageTarget> targets() {
        return targets;
    }

    /** @param hot what comes first */
    PageServer server(ImageReader image, HotMemory hot) {
        return new PageServer(image, news, spaces, hot);
    }

    /** Nothing comes any more; the place is to end what is there. */
    void close() {
        news.close();
    }
}
