package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** What only sock_diag(7) tells of the sockets in one network namespace. Opened when it is first asked. */
final class SocketDiagnosis implements AutoCloseable {
    private static final int MOST_PENDING = 16384;
    private static final int MOST_MEMBERSHIPS = 32768;

    private final int pid;
    private int descriptor = -1;

    SocketDiagnosis(int pid) {
        this.pid = pid;
    }

    synchronized long unixPeer(long inode) {
        long peer = LibCkpt.unixPeer(descriptor(), inode);
        return Errno.ENOENT.is(peer) ? 0 : require(peer);
    }

    synchronized List<Long> unixPending(long inode) {
        long[] inodes = new long[MOST_PENDING];
        long count = LibCkpt.unixPending(descriptor(), inode, inodes, inodes.length);
        require(count > MOST_PENDING ? -Errno.EMSGSIZE.number() : count);
        return LongStream.of(inodes).limit(count).boxed().toList();
    }

    synchronized int unixBacklog(long inode) {
        return (int) require(LibCkpt.unixBacklog(descriptor(), inode));
    }

    /** False also for a socket that is neither connected nor listening, of which the kernel tells nothing. */
    synchronized boolean hasTcpKeys(HeldFile file) {
        int found = LibCkpt.tcpKeys(descriptor(), file.descriptor());
        return !Errno.ENOENT.is(found) && require(found) == 1;
    }

    synchronized StolenSocket.PacketFacts packets(long inode) {
        int[] hasRing = new int[1];
        byte[] memberships = new byte[MOST_MEMBERSHIPS];
        int length = (int) require(LibCkpt.packetSocket(descriptor(), inode, hasRing, memberships, memberships.length));
        return new StolenSocket.PacketFacts(hasRing[0] != 0, Arrays.copyOf(memberships, length));
    }

    @Override
    public synchronized void close() {
        if (descriptor >= 0) {
            LibCkpt.close(descriptor);
            descriptor = -1;
        }
    }

    private int descriptor() {
        if (descriptor < 0) {
            descriptor = (int) require(LibCkpt.diagOpen(pid));
        }
        return descriptor;
    }

    private long require(long result) {
        return KernelAnswer.require(result, () -> "pid " + pid + ": sock_diag");
    }
}
