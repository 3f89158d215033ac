package io.ckpt.kind;

import io.ckpt.fault.Fault;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.StolenFile;
import io.ckpt.procfs.InternetSockets;
import io.ckpt.procfs.MulticastGroups;
import io.ckpt.procfs.UnixSockets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The sockets of one network namespace as /proc lists them, and those that the job has open, by inode, wherever they are. The
 * tables are read at first use: once for a job, however many sockets it has.
 */
public final class SocketIndex {
    private static final String ABSTRACT = "@";

    private final Collection<StolenFile> files;
    private final Supplier<FrozenProcess> reader;
    private final Collection<SocketIndex> all;
    private Map<Long, StolenFile> byInode;
    private InternetSockets tcp;
    private InternetSockets udp;
    private List<MulticastGroups.Group> groups;
    private UnixSockets unix;

    /** Takes every descriptor of a job that lives in one network, in the order of processes and numbers. */
    public SocketIndex(Collection<StolenFile> files) {
        this.files = files;
        this.reader = () -> holder(files);
        this.all = List.of(this);
    }

    /**
     * Of one of several networks.
     *
     * @param reader lives in it
     * @param all of the job's, which this one will be added to
     */
    public SocketIndex(Collection<StolenFile> files, FrozenProcess reader, Collection<SocketIndex> all) {
        this.files = files;
        this.reader = () -> reader;
        this.all = all;
    }

    private static FrozenProcess holder(Collection<StolenFile> files) {
        return files.stream()
                .filter(file -> file.link().startsWith("socket:"))
                .findFirst()
                .orElseGet(() -> files.iterator().next())
                .process();
    }

    /** The first descriptor that leads to a socket; empty when the job has it not open. */
    public synchronized Optional<StolenFile> file(long inode) {
        if (byInode == null) {
            byInode = new HashMap<>();
            files.stream()
                    .filter(file -> file.link().startsWith("socket:"))
                    .forEach(file -> byInode.putIfAbsent(file.status().inode(), file));
        }
        return Optional.ofNullable(byInode.get(inode));
    }

    /** UNIX sockets of the job that wait for connections here: a path leads to them from every network. */
    public List<StolenFile> listeners() {
        return all.stream()
                .flatMap(other -> other.unix().sockets().stream()
                        .filter(UnixSockets.Socket::listening)
                        .filter(socket -> other == this || !socket.name().startsWith(ABSTRACT)))
                .flatMap(socket -> file(socket.inode()).stream())
                .toList();
    }

    public synchronized InternetSockets tcp() {
        if (tcp == null) {
            tcp = InternetSockets.parse(texts("net/tcp", "net/tcp6"));
        }
        return tcp;
    }

    public synchronized InternetSockets udp() {
        if (udp == null) {
            udp = InternetSockets.parse(texts("net/udp", "net/udp6"));
        }
        return udp;
    }

    /** The groups that anybody has joined. */
    public synchronized List<MulticastGroups.Group> groups() {
        if (groups == null) {
            groups = new ArrayList<>();
            texts("net/igmp").forEach(text -> groups.addAll(MulticastGroups.parse(text)));
            texts("net/igmp6").forEach(text -> groups.addAll(MulticastGroups.parseIpv6(text)));
        }
        return groups;
    }

    public synchronized UnixSockets unix() {
        if (unix == null) {
            unix = UnixSockets.parse(text("net/unix"));
        }
        return unix;
    }

    /** A kernel that lacks a protocol lacks its table. */
    private List<String> texts(String... tables) {
        List<String> texts = new ArrayList<>();
        for (String table : tables) {
            try {
                texts.add(text(table));
            } catch (Fault missing) {
                // nobody can use the protocol then
            }
        }
        return texts;
    }

    private String text(String table) {
        return reader.get().text(table);
    }
}
