package io.ckpt.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A running Slurm cluster of this machine: a head, nodes n1 and n2, users alice and bob. Closing it leaves nothing. */
final class Cluster implements AutoCloseable {
    static final Path INSTALL = Path.of("../target/install").toAbsolutePath().normalize();

    private static final Path SCRIPTS = Path.of("cluster").toAbsolutePath();

    private final Path directory;

    private Cluster(Path directory) {
        this.directory = directory;
    }

    static Cluster up() {
        try {
            Cluster cluster = new Cluster(Files.createTempDirectory("ckpt-cluster-"));
            cluster.demand("up");
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command as root on a machine. */
    Answer on(String machine, String... command) {
        return script("on", words(List.of(machine), command));
    }

    /** Runs a command on a machine as one of its users. */
    Answer as(String user, String machine, String... command) {
        return script("on", words(List.of(machine, "-u", user), command));
    }

    /** Submits this script with these options of sbatch; returns the job's id. */
    String submit(String user, String script, String... options) {
        try {
            Path file = Files.createTempFile(home(user), "job", ".sh");
            Files.writeString(file, "#!/bin/bash\n" + script + "\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
            List<String> command = words(List.of("head", "-u", user, "sbatch", "--parsable"), options);
            command.add("/home/" + user + "/" + file.getFileName());
            return demand("on", command.toArray(String[]::new)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The controller's record of a job, by field name. */
    Map<String, String> job(String id) {
        return Arrays.stream(demand("on", "head", "scontrol", "show", "job", id).split("\\s+"))
                .filter(field -> field.contains("="))
                .map(field -> field.split("=", 2))
                .collect(Collectors.toMap(field -> field[0], field -> field[1], (first, second) -> first));
    }

    /** What a user's file holds, empty while it is not there. */
    String read(String user, String file) {
        try {
            Path path = home(user).resolve(file);
            return Files.exists(path) ? Files.readString(path) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void powerOff(String node) {
        demand("kill-node", node);
    }

    void boot(String node) {
        demand("start-node", node);
    }

    /** Takes its network away; what runs on it runs on. */
    void cutOff(String node) {
        demand("partition", node);
    }

    void plugIn(String node) {
        demand("partition", "--heal", node);
    }

    @Override
    public void close() {
        demand("down");
    }

    private Path home(String user) {
        return directory.resolve("home").resolve(user);
    }

    private static List<String> words(List<String> first, String... more) {
        return Stream.concat(first.stream(), Arrays.stream(more)).collect(Collectors.toCollection(ArrayList::new));
    }

    private String demand(String name, String... arguments) {
        Answer answer = script(name, List.of(arguments));
        if (answer.status() != 0) {
            throw new IllegalStateException(name + " " + List.of(arguments) + ": " + answer);
        }
        return answer.text();
    }

    private Answer script(String name, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(SCRIPTS.resolve(name).toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("CKPT_CLUSTER", directory.toString());
        builder.environment().put("CKPT_INSTALL", INSTALL.toString());
        builder.redirectInput(Path.of("/dev/null").toFile());
        try {
            Process process = builder.start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(process.waitFor(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(name + " was interrupted", e);
        }
    }
}
