package io.ckpt.daemon;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * A socket behind which every connection goes on as another user: what a client in this process sends arrives as if
 * uid 65534 had sent it, for the kernel and so for the server.
 */
final class StrangerGate implements AutoCloseable {
    static final int UID = 65534;

    private static final String PASS_ON =
            """
            import os, socket, sys, threading
            def pump(source, sink):
                while data := source.recv(65536):
                    sink.sendall(data)
                sink.shutdown(socket.SHUT_WR)
            door = socket.socket(socket.AF_UNIX)
            door.bind(sys.argv[1])
            door.listen()
            print("open", flush=True)
            while True:
                client, _ = door.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(sys.argv[2])
                for ends in (client, server), (server, client):
                    threading.Thread(target=pump, args=ends, daemon=True).start()
            """;

    private final Process process;
    private final Path socket;

    private StrangerGate(Process process, Path socket) {
        this.process = process;
        this.socket = socket;
    }

    static StrangerGate before(Path server, Path directory, String... groups) throws IOException {
        Path own = Files.createDirectory(directory.resolve("stranger"));
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path socket = own.resolve("gate");
        Process process = as(UID, groups, "/usr/bin/python3", "-c", PASS_ON, socket.toString(), server.toString());
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        if (!"open".equals(out.readLine())) {
            throw new IOException("no gate");
        }
        return new StrangerGate(process, socket);
    }

    /** Starts a command as another user who is in these groups besides his own. */
    static Process as(int uid, String[] groups, String... command) throws IOException {
        String id = Integer.toString(uid);
        List<String> words = new ArrayList<>(List.of("setpriv", "--reuid", id, "--regid", id));
        words.add(groups.length == 0 ? "--clear-groups" : "--groups=" + String.join(",", groups));
        words.addAll(List.of(command));
        return new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    Path socket() {
        return socket;
    }

    int pid() {
        return (int) process.pid();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
