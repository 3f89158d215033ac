package io.ckpt.pbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A fake PBS of this machine: a server, hosts n1 and n2 with mom and ckptd, users alice and bob. Closing leaves nothing. */
final class Bed implements AutoCloseable {
    static final Path INSTALL = Path.of("../target/install").toAbsolutePath().normalize();
    static final String CKPTCTL = "/srv/ckpt/bin/ckptctl";
    static final String ACTION = "/srv/ckpt/libexec/ckpt/pbs-action";
    static final Duration PATIENCE = Duration.ofSeconds(100);

    private static final Path SCRIPT = Path.of("fakemom/bed").toAbsolutePath();

    private final Path directory;

    private Bed(Path directory) {
        this.directory = directory;
    }

    static Bed up() {
        try {
            Bed bed = new Bed(Files.createTempDirectory("ckpt-pbs-"));
            bed.demand("up");
            return bed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command as root on a host. */
    Answer on(String host, String... command) {
        return script(words(List.of("on", host), command));
    }

    /** Runs a command as a user where jobs are submitted. */
    Answer as(String user, String... command) {
        return script(words(List.of("as", user), command));
    }

    /** Runs a command as root where jobs are submitted. */
    Answer root(String... command) {
        return script(words(List.of("as", "root"), command));
    }

    /** Submits a script of alice's with these options of qsub; the job's id. */
    String submit(String script, String... options) {
        List<String> command = words(List.of("as", "alice", "qsub"), options);
        command.add(scriptFile(script).toString());
        return demand(command.toArray(String[]::new)).strip();
    }

    private Path scriptFile(String script) {
        try {
            Path file = Files.createTempFile(home(), "job", ".sh");
            Files.writeString(file, "#!/bin/bash\n" + script + "\n");
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A field of the server's record of a job; empty while it has none. */
    String field(String job, String name) {
        JsonObject record = JsonParser.parseString(demand("as", "root", "qstat", "-f", "-F", "json", job))
                .getAsJsonObject()
                .getAsJsonObject("Jobs")
                .getAsJsonObject(job);
        JsonElement field = record.get(name);
        return field == null ? "" : field.getAsString();
    }

    String state(String job) {
        return field(job, "job_state");
    }

    /** Host of a job that runs. */
    String host(String job) {
        return field(job, "exec_host").split("/")[0];
    }

    void awaitState(String job, String state) {
        await("job " + job + " in state " + state).atMost(PATIENCE).until(() -> state.equals(state(job)));
    }

    void awaitRunning(String job, int version) {
        await("run " + version + " of job " + job)
                .atMost(PATIENCE)
                .until(() -> state(job).equals("R") && field(job, "run_version").equals(Integer.toString(version)));
    }

    /** Its exit status, when it has ended. */
    int awaitEnd(String job) {
        awaitState(job, "F");
        return Integer.parseInt(field(job, "Exit_status"));
    }

    /** What a file in alice's home holds, empty while it is not there. */
    String read(String file) {
        return text(home().resolve(file));
    }

    /** What was delivered as the output of a job: .OU or .ER. */
    String output(String job, String suffix) {
        return text(directory.resolve("output").resolve(job + suffix));
    }

    void awaitCount(String file, int count) {
        await(file).atMost(PATIENCE).until(() -> read(file).lines().count() >= count);
    }

    /**
     * Tells a {@link Counting} job to stop, and looks whether it ends with its own status, has lost no step, done none
     * twice, and its output is whole.
     */
    void assertEndsWell(String job, String file) {
        demand("as", "alice", "touch", file + ".stop");
        assertThat(awaitEnd(job)).isEqualTo(7);
        int last = (int) read(file).lines().count();
        assertThat(read(file).lines())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, last)
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(output(job, ".OU")).isEqualTo(Counting.output(last));
        assertThat(output(job, ".ER")).isEqualTo("a problem\n");
    }

    /** A checkpoint of a job, there and now. */
    void checkpoint(String job) {
        Answer answer = on(host(job), ACTION, "checkpoint", job, "2", "1", "0", "0", "60");
        assertThat(answer.status()).as(answer.text()).isZero();
    }

    /** A file of a host's own. */
    Path hostFile(String host, String file) {
        return directory.resolve("hosts").resolve(host).resolve(file);
    }

    /** pbs.conf of both hosts. */
    Path conf() {
        return directory.resolve("etc/pbs.conf");
    }

    Path images() {
        return directory.resolve("images");
    }

    Path home() {
        return directory.resolve("home/alice");
    }

    void powerOff(String host) {
        demand("power-off", host);
    }

    void boot(String host) {
        demand("boot", host);
    }

    @Override
    public void close() {
        demand("down");
    }

    String demand(String... words) {
        Answer answer = script(List.of(words));
        if (answer.status() != 0) {
            throw new IllegalStateException(List.of(words) + ": " + answer);
        }
        return answer.text();
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> words(List<String> first, String... more) {
        return Stream.concat(first.stream(), Arrays.stream(more)).collect(Collectors.toCollection(ArrayList::new));
    }

    private Answer script(List<String> words) {
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("CKPT_PBS_BED", directory.toString());
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
            throw new IllegalStateException(words + " was interrupted", e);
        }
    }
}
