package io.ckpt.pbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A PBS of two execution hosts with ckptd, and one user: a stand-in on this machine or, when {@link BedKind} says so, the
 * real one. What both can do are verbs of their scripts, {@code fakemom/bed} and {@code realpbs/bed}. Closing leaves
 * nothing.
 */
final class Bed implements AutoCloseable {
    static final Path INSTALL = Path.of("../target/install").toAbsolutePath().normalize();

    private static final int CANNOT = 69;
    private static final long COMMAND_MINUTES = 15;

    private final Path script;
    private final Path directory;
    private final Map<String, String> facts;

    private Bed(Path script, Path directory) {
        this.script = script;
        this.directory = directory;
        this.facts = begin().lines()
                .filter(line -> line.matches("[a-z_]+=.*")) // what else is said is for people
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(words -> words[0], words -> words[1]));
    }

    /** What has begun is taken down again when the rest does not come up. */
    private String begin() {
        try {
            return demand("up");
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    static Bed up() {
        try {
            return new Bed(BedKind.wanted(System.getenv()).script(), Files.createTempDirectory("ckpt-pbs-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String user() {
        return facts.get("user");
    }

    /** As odd as this PBS lets the name of a job be. */
    String oddName() {
        return facts.get("odd_name");
    }

    /** A user without a home directory; empty where there is none. */
    String homeless() {
        return facts.get("homeless");
    }

    String first() {
        return hosts().get(0);
    }

    String second() {
        return hosts().get(1);
    }

    List<String> hosts() {
        return List.of(facts.get("hosts").split(" "));
    }

    /** Where PBS's server runs. */
    String server() {
        return facts.get("server");
    }

    /** pbs.conf of the hosts. */
    String conf() {
        return facts.get("pbs_conf");
    }

    /** Of the installation of ckpt on hosts. */
    String prefix() {
        return facts.get("prefix");
    }

    String ckptctl() {
        return prefix() + "/bin/ckptctl";
    }

    String action() {
        return prefix() + "/libexec/ckpt/pbs-action";
    }

    /** File with the pid of a host's ckptd. */
    String daemonPid() {
        return facts.get("ckptd_pid");
    }

    /** The stand-in for TORQUE, on hosts; empty where this is no stand-in. */
    String torque() {
        return facts.getOrDefault("torque", "");
    }

    /** A program of PBS's, on hosts. */
    String pbs(String program) {
        return facts.get("pbs_exec") + "/bin/" + program;
    }

    /** A file below PBS_HOME, on hosts. */
    String pbsHome(String file) {
        return facts.get("pbs_home") + "/" + file;
    }

    Duration patience() {
        return Duration.ofSeconds(Long.parseLong(facts.get("patience")));
    }

    /** Runs a command as root on a host. */
    Answer on(String host, String... command) {
        return script(words(List.of("on", host), command));
    }

    /** Runs a command as the user on a host. */
    Answer onAsUser(String host, String... command) {
        return script(words(List.of("on", host, "runuser", "-u", user(), "--"), command));
    }

    /** Runs a command as the user where jobs are submitted. */
    Answer asUser(String... command) {
        return script(words(List.of("as", user()), command));
    }

    /** Runs a command as root where jobs are submitted. */
    Answer root(String... command) {
        return script(words(List.of("as", "root"), command));
    }

    /** Has PBS end a job and start it again; returns when it is ended. */
    void rerun(String job) {
        Answer answer = root("qrerun", job);
        assertThat(answer.status()).as(answer.text()).isZero();
    }

    /** Submits a script of the user's with these options of qsub; the job's id. */
    String submit(String script, String... options) {
        return submitAs(user(), script, options);
    }

    String submitAs(String user, String script, String... options) {
        List<String> command = words(qsub(user), options);
        command.add(scriptFile(script).toString());
        return demand(command.toArray(String[]::new)).strip();
    }

    /** Submits a program with arguments, to be protected. */
    String submitProgram(String... words) {
        return submitProgram(List.of("-l", "ckpt=1"), words);
    }

    /** Submits a program with arguments for a host, which ckpt has nothing to do with. */
    String submitProgramOn(String host, String... words) {
        return submitProgram(List.of("-l", "host=" + host), words);
    }

    private String submitProgram(List<String> options, String... words) {
        List<String> command = words(qsub(user()), options.toArray(String[]::new));
        command.add("--");
        return demand(words(command, words).toArray(String[]::new)).strip();
    }

    private List<String> qsub(String user) {
        return List.of("as", user, "qsub", "-o", work().toString(), "-e", work().toString());
    }

    /** Submits a job that begins on a host, and may go on elsewhere. */
    String submitOn(String host, String script, String... options) {
        String other = host.equals(first()) ? second() : first();
        offline(other);
        String job = submit(script, options);
        awaitRunning(job, 1);
        online(other);
        return job;
    }

    /** No job is started there any more. */
    void offline(String host) {
        root("pbsnodes", "-o", host);
    }

    void online(String host) {
        root("pbsnodes", "-r", host);
    }

    private Path scriptFile(String script) {
        try {
            Path file = Files.createTempFile(work(), "job", ".sh");
            Files.writeString(file, "#!/bin/bash\n" + script.replace("$WORK", work().toString()) + "\n");
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A field of the server's record of a job; empty while it has none. */
    String field(String job, String name) {
        JsonObject record = JsonParser.parseString(demand("as", "root", "qstat", "-x", "-f", "-F", "json", job))
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
        await("job " + job + " in state " + state).atMost(patience()).until(() -> state.equals(state(job)));
    }

    void awaitRunning(String job, int version) {
        await("run " + version + " of job " + job)
                .atMost(patience())
                .until(() -> state(job).equals("R") && runs(job).equals(Integer.toString(version)));
    }

    private String runs(String job) {
        String version = field(job, "run_version");
        return version.isEmpty() ? field(job, "run_count") : version;
    }

    /** Its exit status, when it has ended. */
    int awaitEnd(String job) {
        awaitState(job, "F");
        return Integer.parseInt(field(job, "Exit_status"));
    }

    /** Until no process of the user is left on a host. */
    void awaitEmpty(String host) {
        await("end of the user's processes on " + host).atMost(patience()).until(() -> processes(host)
                .isEmpty());
    }

    /** Pids and commands of the user's processes on a host. */
    String processes(String host) {
        return on(host, "pgrep", "-a", "-u", user()).text();
    }

    /** What a file of the user's holds, empty while it is not there. */
    String read(String file) {
        return text(work().resolve(file));
    }

    /** What was delivered as the output of a job: .OU or .ER. */
    String output(String job, String suffix) {
        return text(work().resolve(job + suffix));
    }

    void awaitCount(String file, int count) {
        await(file).atMost(patience()).until(() -> read(file).lines().count() >= count);
    }

    /** Until a {@link Counting} job goes on from where it is now. */
    void awaitProgress(String file) {
        awaitCount(file, (int) read(file).lines().count() + 3);
    }

    /**
     * Tells a {@link Counting} job to stop, and looks whether it ends with its own status, began once, has lost no step,
     * done none twice, and its output is whole.
     */
    void assertEndsWell(String job, String file) {
        asUser("touch", work().resolve(file + ".stop").toString());
        assertThat(awaitEnd(job)).isEqualTo(7);
        assertThat(read(file + ".begun")).as("how often it began").isEqualTo("begun\n");
        int last = (int) read(file).lines().count();
        assertThat(read(file).lines())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, last)
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(output(job, ".OU")).isEqualTo(Counting.output(last));
        assertThat(output(job, ".ER")).isEqualTo("a problem\n");
    }

    /** Whether a job that runs is protected. */
    boolean shows(String job) {
        return on(host(job), ckptctl(), "status", "--json").text().contains("\"" + job + "\"");
    }

    /** Until a job that was submitted to be protected has begun, under ckptd. */
    void awaitBegun(String job) {
        await("the beginning of job " + job)
                .atMost(patience())
                .until(() -> state(job).equals("R")
                        && on(host(job), "test", "-e", "/run/ckpt/pbs/" + job + ".began")
                                        .status()
                                == 0);
    }

    /** How many checkpoints there are of a job that runs. */
    int checkpoints(String job) {
        return on(host(job), ckptctl(), "list", job, "--json").text().split("STATE_COMMITTED", -1).length - 1;
    }

    /** Whether a process with this command line runs on a host. */
    boolean runs(String host, String commandLine) {
        return on(host, "pgrep", "-x", "-f", commandLine).status() == 0;
    }

    /** Letters of the ways in which the scheduler makes room, in its order. */
    void preemptBy(String order) {
        String command = "set sched preempt_order = \"" + order + "\"";
        assertThat(root("qmgr", "-c", command).status()).isZero();
    }

    /** {@code ckptctl pbs} on the host of PBS's server. */
    Answer pbsVerb(String... words) {
        return script(words(List.of("on", server(), ckptctl(), "pbs"), words));
    }

    /** A checkpoint of a job, there and now. */
    void checkpoint(String job) {
        assertThat(checkpointBy(host(job), job)).isZero();
    }

    /** Status of pbs-action when it shall checkpoint a job of a host. */
    int checkpointBy(String host, String job) {
        return on(host, action(), "checkpoint", job, "2", "1", "0", "0", "60").status();
    }

    /** Lines of mom's configuration that are ckpt's; whatever was there of them is gone. */
    void configure(String host, String... lines) {
        List<String> words = words(List.of("configure", host), lines);
        demand(words.toArray(String[]::new));
    }

    /** MoM's line for the end of a job, with MoM's patience and the one that pbs-action is told. */
    String terminate(int mom, int action) {
        return action("terminate", mom, action);
    }

    /** The lines that let qhold and preemption by checkpoint work, too. */
    String[] withBridge(int seconds) {
        return new String[] {
            terminate(seconds, seconds),
            action("checkpoint_abort", seconds, seconds),
            action("restart", seconds, seconds)
        };
    }

    private String action(String verb, int mom, int action) {
        return "$action " + verb + " " + mom + " !" + action() + " " + verb + " %jobid %sid %taskid %uid %gid "
                + action;
    }

    /** The bugs that this PBS has from now on; where they cannot be chosen it has them all, or the scenario is skipped. */
    void bugs(Set<Bug> bugs) {
        Answer answer =
                script(words(List.of("bugs"), bugs.stream().map(Bug::word).toArray(String[]::new)));
        assumeTrue(answer.status() != CANNOT || bugs.size() == Bug.values().length, "the bugs of this PBS are its own");
        assertThat(answer.status()).as(answer.text()).isIn(0, CANNOT);
    }

    /** Whether these words are in the log of a host's MoM. */
    boolean momSaid(String host, String words) {
        return on(host, "sh", "-c", "grep -rqF -e \"$1\" \"$0\"", pbsHome("mom_logs"), words)
                        .status()
                == 0;
    }

    /** Puts a text into a host's copy of the hook's settings. */
    void settings(String host, String text) {
        String file = pbsHome("mom_priv/hooks/ckpt_exec.CF");
        assertThat(on(host, "sh", "-c", "printf %s \"$1\" >\"$0\"", file, text).status())
                .isZero();
    }

    void restartMom(String host, String... options) {
        demand("kill", host, "mom");
        demand(words(List.of("start", host, "mom"), options).toArray(String[]::new));
    }

    void startDaemon(String host) {
        demand("start", host, "ckptd");
    }

    void signalDaemon(String host, String signal) {
        demand("kill", host, "ckptd", signal);
    }

    Path images() {
        return Path.of(facts.get("images"));
    }

    /** Where scripts and files of jobs are. */
    Path work() {
        return Path.of(facts.get("work"));
    }

    /** Calls a program of ckpt's as the golden file has it; skips where the stand-in is not. */
    Answer replay(String... words) {
        String program = facts.getOrDefault("replay", "");
        assumeTrue(!program.isEmpty(), "only the stand-in replays");
        return script(words(List.of("on", first(), program), words));
    }

    /** Takes a host's power, network to the server, or the latter's absence; skips the scenario where nobody can. */
    void disaster(String verb, String host) {
        Answer answer = script(List.of(verb, host));
        assumeTrue(answer.status() != CANNOT, "nobody can " + verb + " here: " + answer.text());
        assertThat(answer.status()).as(answer.text()).isZero();
    }

    @Override
    public void close() {
        demand("down");
    }

    private String demand(String... words) {
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
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("CKPT_PBS_BED", directory.toString());
        builder.environment().put("CKPT_INSTALL", INSTALL.toString());
        builder.redirectInput(Path.of("/dev/null").toFile());
        try {
            Process process = builder.start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(COMMAND_MINUTES, TimeUnit.MINUTES))
                    .as(words.toString())
                    .isTrue();
            return new Answer(process.exitValue(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(words + " was interrupted", e);
        }
    }
}
