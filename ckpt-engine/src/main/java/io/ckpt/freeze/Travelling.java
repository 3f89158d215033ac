package io.ckpt.freeze;

import io.ckpt.freeze.StolenSocket.Message;
import io.ckpt.freeze.StolenSocket.Sender;
import io.ckpt.jna.LibCkpt;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/** What waits in the sockets of a job, and the files that travel there. Each queue is read once. */
final class Travelling implements AutoCloseable {
    private final SeizedJob job;
    private final Map<Integer, List<Message>> messages = new HashMap<>();
    private final List<TravellingFile> all = new ArrayList<>();
    private final List<TravellingFile> onlyThere = new ArrayList<>();
    private boolean searched;

    Travelling(SeizedJob job) {
        this.job = job;
    }

    /** Files that no process has open: one for each description. Sockets among them may hold further ones. */
    synchronized List<StolenFile> files() {
        if (!searched) {
            searched = true;
            search();
        }
        return List.copyOf(onlyThere);
    }

    synchronized List<Message> messages(HeldFile socket) {
        files();
        return messagesOf(socket);
    }

    /** Connections of a job that ends here must not keep its addresses busy where it may go on. */
    synchronized void resetConnections() {
        all.forEach(file -> LibCkpt.resetOnClose(file.descriptor()));
    }

    @Override
    public synchronized void close() {
        all.forEach(TravellingFile::close);
        all.clear();
        onlyThere.clear();
    }

    private void search() {
        Queue<HeldFile> holders = new ArrayDeque<>();
        job.processes().stream()
                .flatMap(process -> process.files().stream())
                .filter(Travelling::holdsFiles)
                .forEach(file -> holders.add((HeldFile) file));
        while (!holders.isEmpty()) {
            int known = onlyThere.size();
            messagesOf(holders.remove());
            onlyThere.subList(known, onlyThere.size()).stream()
                    .filter(Travelling::holdsFiles)
                    .forEach(holders::add);
        }
    }

    private static boolean holdsFiles(StolenFile file) {
        return file.link().startsWith("socket:")
                && file.info().contains("\nscm_fds: ")
                && !file.info().contains("\nscm_fds: 0\n");
    }

    private List<Message> messagesOf(HeldFile socket) {
        List<Message> known = messages.get(socket.description());
        if (known == null) {
            known = SocketQueue.of(socket).stream()
                    .map(piece -> message(socket, piece))
                    .toList();
            messages.put(socket.description(), known);
        }
        return known;
    }

    private Message message(HeldFile socket, SocketQueue.Piece piece) {
        List<StolenFile> files = Arrays.stream(piece.descriptors())
                .mapToObj(descriptor -> take(socket.process(), descriptor))
                .toList();
        int[] who = piece.credentials();
        Optional<Sender> sender = who[0] > 0 ? Optional.of(new Sender(who[1], who[2])) : Optional.empty();
        return new Message(piece.bytes(), piece.sender(), files, sender);
    }

    private StolenFile take(SeizedProcess receiver, int descriptor) {
        TravellingFile file = new TravellingFile(receiver, descriptor);
        all.add(file);
        if (job.descriptions().add(file)) {
            onlyThere.add(file);
        }
        return file;
    }
}
