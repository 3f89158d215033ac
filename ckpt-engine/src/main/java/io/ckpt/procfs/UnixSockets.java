package io.ckpt.procfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code /proc/net/unix}. A socket's name may hold a newline, which the kernel does not escape: any user can write
 * lines into this table. Lines that are no entry are therefore taken as the rest of a name, and nothing but a message
 * may rest on an entry that a socket of the job does not confirm.
 */
public record UnixSockets(List<Socket> sockets) {
    private static final String FILE = "/proc/net/unix";
    private static final Pattern LINE = Pattern.compile(
            "[0-9a-f]+: ([0-9A-F]{8}) [0-9A-F]{8} ([0-9A-F]{8}) ([0-9A-F]{4}) ([0-9A-F]{2}) +(\\d+)(?: (.*))?",
            Pattern.UNIX_LINES);
    private static final int ACCEPTS = 0x10000;

    /**
     * One socket.
     *
     * @param type SOCK_*
     * @param state 1 unconnected, 2 connecting, 3 connected, 4 disconnecting
     * @param listening true after listen(2)
     * @param name path, or abstract name after {@code @} (its NUL bytes shown as {@code @}); empty when unbound
     */
    public record Socket(int references, int type, int state, boolean listening, long inode, String name) {}

    public static UnixSockets parse(String text) {
        if (!text.startsWith("Num ")) {
            throw KernelText.misread(FILE, text);
        }
        List<Socket> sockets = new ArrayList<>();
        for (String line : KernelText.lines(text.substring(text.indexOf('\n') + 1))) {
            Matcher match = LINE.matcher(line);
            if (match.matches()) {
                sockets.add(socket(match));
            } else {
                continueName(sockets, line);
            }
        }
        return new UnixSockets(List.copyOf(sockets));
    }

    public Optional<Socket> byInode(long inode) {
        return sockets.stream().filter(socket -> socket.inode == inode).findFirst();
    }

    /** True when a socket listens under a name. */
    public boolean isHeard(String name) {
        return sockets.stream().anyMatch(socket -> socket.listening && socket.name.equals(name));
    }

    private static Socket socket(Matcher match) {
        return new Socket(
                (int) KernelText.hex(FILE, match.group(1)),
                (int) KernelText.hex(FILE, match.group(3)),
                (int) KernelText.hex(FILE, match.group(4)),
                (KernelText.hex(FILE, match.group(2)) & ACCEPTS) != 0,
                KernelText.unsigned(FILE, match.group(5)),
                match.group(6) == null ? "" : match.group(6));
    }

    private static void continueName(List<Socket> sockets, String line) {
        if (sockets.isEmpty() || sockets.get(sockets.size() - 1).name.isEmpty()) {
            throw KernelText.misread(FILE, line);
        }
        Socket last = sockets.remove(sockets.size() - 1);
        sockets.add(new Socket(
                last.references, last.type, last.state, last.listening, last.inode, last.name + "\n" + line));
    }
}
