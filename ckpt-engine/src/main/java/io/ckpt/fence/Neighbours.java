package io.ckpt.fence;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which nodes are alive, as seen from here. A node is dead when its beat has not changed for a while <em>under our
 * eyes</em>, or when it has booted since; silence before we began to look, or since we last could, does not count. Safe for
 * threads.
 */
final class Neighbours {
    private final Duration deadAfter;
    private final Pace pace;
    private final Map<String, Sighting> sightings = new HashMap<>();

    private Optional<Long> firstLook = Optional.empty();
    private long lastLook;

    private record Sighting(Heartbeat heartbeat, long since) {}

    Neighbours(Duration deadAfter, Pace pace) {
        this.deadAfter = deadAfter;
        this.pace = pace;
    }

    /** Takes in what the board says now. */
    synchronized void observe(List<Heartbeat> heartbeats) {
        long now = pace.nanoTime();
        firstLook = firstLook.or(() -> Optional.of(now));
        lastLook = now;
        for (Heartbeat each : heartbeats) {
            sightings.merge(
                    each.node().name(),
                    new Sighting(each, now),
                    (known, seen) -> known.heartbeat().equals(seen.heartbeat()) ? known : seen);
        }
    }

    /** Whether nothing that ran in this boot of the node runs any more. */
    synchronized boolean dead(NodeIdentity node) {
        Sighting sighting = sightings.get(node.name());
        if (sighting == null) {
            return firstLook.filter(this::silentSince).isPresent();
        }
        return !sighting.heartbeat().node().boot().equals(node.boot()) || silentSince(sighting.since());
    }

    /** Nodes that have fallen silent, in the order of their names. */
    synchronized List<NodeIdentity> silent() {
        return sightings.values().stream()
                .filter(sighting -> silentSince(sighting.since()))
                .map(sighting -> sighting.heartbeat().node())
                .sorted(Comparator.comparing(NodeIdentity::name))
                .toList();
    }

    /** Names of the nodes that beat, in order. */
    synchronized List<String> alive() {
        return sightings.values().stream()
                .filter(sighting -> !silentSince(sighting.since()))
                .map(sighting -> sighting.heartbeat().node().name())
                .sorted()
                .toList();
    }

    private boolean silentSince(long since) {
        return lastLook - since >= deadAfter.toNanos();
    }
}
