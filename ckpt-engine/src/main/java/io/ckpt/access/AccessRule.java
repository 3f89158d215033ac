package io.ckpt.access;

import java.util.Collections;
import java.util.Set;

/**
 * The owner acts on what is his; root and the administrators act on all.
 *
 * @param administrators gids whose members are administrators
 */
public record AccessRule(Set<Integer> administrators) {
    private static final int ROOT = 0;

    public boolean administers(Peer peer) {
        return peer.uid() == ROOT || !Collections.disjoint(peer.groups(), administrators);
    }

    public boolean mayTouch(Peer peer, int ownerUid) {
        return peer.uid() == ownerUid || administers(peer);
    }
}
