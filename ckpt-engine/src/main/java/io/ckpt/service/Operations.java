package io.ckpt.service;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Work under way, by its id, and the work that ended lately. Safe for use by several threads. */
final class Operations<T> {
    private static final int REMEMBERED = 256;

    private final Map<String, Watched<T>> byId = new LinkedHashMap<>();

    /** Twelve random hexadecimal digits: a name that reveals nothing. */
    static String newId() {
        return String.format("%012x", ThreadLocalRandom.current().nextLong() >>> 16);
    }

    synchronized void add(String id, Watched<T> operation) {
        byId.put(id, operation);
        forgetEnded();
    }

    synchronized Optional<Watched<T>> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    private void forgetEnded() {
        var eldest = byId.values().iterator();
        for (int surplus = byId.size() - REMEMBERED; surplus > 0; surplus--) {
            if (eldest.next().ended()) {
                eldest.remove();
            }
        }
    }
}
