package io.ckpt.access;

import io.grpc.Context;
import java.util.Optional;
import java.util.Set;

/**
 * The process at the other end of a connection, as the kernel knows it.
 *
 * @param pid in this process's pid namespace; 0 when it lives in one that is not seen from here
 * @param uid effective uid when it connected
 * @param groups effective and supplementary gids
 */
public record Peer(int pid, int uid, Set<Integer> groups) {
    static final Context.Key<Peer> KEY = Context.key("ckpt-peer");

    /** The peer of the call that is being served on this thread. */
    public static Peer current() {
        return Optional.ofNullable(KEY.get()).orElseThrow(() -> new IllegalStateException("a call without a peer"));
    }

    /** This process itself, for an engine that works inside its caller. */
    public static Peer self() {
        return ProcessOwner.read("self").map(Peer::of).orElseThrow();
    }

    private static Peer of(ProcessOwner owner) {
        return new Peer((int) ProcessHandle.current().pid(), owner.effectiveUid(), owner.groups());
    }
}
