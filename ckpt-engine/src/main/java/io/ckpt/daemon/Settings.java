package io.ckpt.daemon;

import io.ckpt.access.Groups;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.job.Limits;
import io.ckpt.job.NodeStore;
import io.ckpt.job.Pacing;
import io.ckpt.job.StateDirectory;
import io.ckpt.scheduler.Interval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a site decides, ckptd.conf(5).
 *
 * @param socket UNIX socket of the API
 * @param socketGroup group that may connect to it besides root
 * @param notifySocket UNIX socket where ckpt-run and the scheduler's plugins report
 * @param launchSocket where launchers of users ask for places; served for schedulers that start jobs by them
 * @param store directory of the checkpoints, shared by the nodes of a cluster
 * @param localStore where checkpoints are written first that need not be durable at once; empty for nowhere
 * @param stateDirectory what this node remembers of its jobs
 * @param sealKey file with the key that seals images, the same on all nodes
 * @param interval of a job that asks for none; empty for no periodic checkpoints
 * @param pacing how the interval is chosen where it is {@code auto}
 * @param keep checkpoints kept of one job
 * @param graceTime how long a preempted job is left to be checkpointed where the scheduler does not say; zero: not known
 * @param limits what checkpoints that nobody waits for may take of the node
 * @param delta periodic checkpoints copy only what changed since the one before
 * @param embedFiles programs and libraries that a job has mapped go with it
 * @param lazyRestart a job that is restarted runs before most of its memory is there
 * @param administrators gids whose members may act on everybody's jobs
 * @param scheduler whose jobs these are
 * @param node the scheduler's name of this node; empty for its host name
 * @param leaseTime how long this node may be cut off from the store before it stops its jobs; the others give it twice
 *     that time before they take over
 */
public record Settings(
        Path socket,
        String socketGroup,
        Path notifySocket,
        Path launchSocket,
        Path store,
        Optional<NodeStore> localStore,
        StateDirectory stateDirectory,
        Path sealKey,
        Optional<Interval> interval,
        Pacing pacing,
        int keep,
        Duration graceTime,
        Limits limits,
        boolean delta,
        boolean embedFiles,
        boolean lazyRestart,
        Set<Integer> administrators,
        Scheduler scheduler,
        String node,
        Duration leaseTime) {
    /** Read when no other file is named. */
    public static final Path DEFAULT_FILE = Path.of("/etc/ckpt/ckptd.conf");

    private static final String SHARED = "/var/lib/ckpt/store";

    /** Batch schedulers there is a plugin for. */
    public enum Scheduler {
        NONE,
        SLURM,
        PBS;

        /** Whether its jobs are started by a launcher that is the user's. */
        boolean launches() {
            return this == PBS;
        }
    }

    /** A node nobody has configured. */
    public static Settings defaults() {
        return of(SettingsFile.parse("(built in)", ""));
    }

    /** @throws Fault CONFIGURATION naming file and line */
    public static Settings read(Path file) {
        try {
            return of(SettingsFile.parse(file.toString(), Files.readString(file)));
        } catch (IOException e) {
            throw new Fault(
                    FaultCode.CONFIGURATION, "cannot read " + file + ": " + e, "name a readable file by --config", e);
        }
    }

    static Settings of(SettingsFile file) {
        Settings settings = new Settings(
                file.path("Socket", "/run/ckpt/ckptd.sock"),
                file.text("SocketGroup", "root"),
                file.path("NotifySocket", "/run/ckpt/notify.sock"),
                file.path("LaunchSocket", "/run/ckpt/launch.sock"),
                file.path("Store", SHARED),
                localStore(file),
                new StateDirectory(file.path("StateDirectory", "/var/lib/ckpt/state")),
                file.path("SealKey", "/var/lib/ckpt/seal.key"),
                file.value("Interval", "0", Settings::interval),
                pacing(file),
                file.value("Keep", "2", Settings::positive),
                file.value("GraceTime", "0", SchedulerTime::parse),
                limits(file),
                file.value("Delta", "no", Settings::yes),
                file.value("EmbedFiles", "no", Settings::yes),
                file.value("LazyRestart", "no", Settings::yes),
                file.value("Administrators", "", Settings::groups),
                file.value("Scheduler", "none", name -> Scheduler.valueOf(name.toUpperCase(Locale.ROOT))),
                file.text("Node", ""),
                file.value("LeaseTime", "2:00", Settings::time));
        file.refuseUnknown();
        return settings;
    }

    private static Optional<NodeStore> localStore(SettingsFile file) {
        long gibibytes = file.value("LocalStoreSize", "0", Settings::size);
        Path shared = file.path("Store", SHARED);
        return file.value("LocalStore", "", text -> otherThan(shared, directory(text)))
                .map(path -> new NodeStore(path, gibibytes == 0 ? Long.MAX_VALUE : gibibytes << 30));
    }

    private static Optional<Path> otherThan(Path shared, Optional<Path> own) {
        if (own.filter(shared::equals).isPresent()) {
            throw new IllegalArgumentException("that is Store");
        }
        return own;
    }

    private static Optional<Path> directory(String text) {
        Optional<Path> path =
                Optional.of(text).filter(each -> !each.isEmpty()).map(Path::of).map(Path::normalize);
        if (path.filter(each -> !each.isAbsolute()).isPresent()) {
            throw new IllegalArgumentException("not an absolute path");
        }
        return path;
    }

    private static long size(String text) {
        long gibibytes = Long.parseLong(text);
        if (gibibytes < 0 || gibibytes >= 1L << 32) {
            throw new IllegalArgumentException("no number of GiB");
        }
        return gibibytes;
    }

    private static Optional<Interval> interval(String text) {
        if (text.equals("auto")) {
            return Optional.of(Interval.AUTO);
        }
        return Optional.of(SchedulerTime.parse(text))
                .filter(time -> !time.isZero())
                .map(Interval::every);
    }

    private static Pacing pacing(SettingsFile file) {
        Duration least = file.value("IntervalMin", "5", Settings::time);
        return new Pacing(
                file.value("MTBF", "30-0", Settings::time),
                least,
                file.value("IntervalMax", "12:00:00", text -> atLeast(least, time(text))));
    }

    private static Limits limits(SettingsFile file) {
        int cpus = file.value("CheckpointCpus", "0", Settings::number);
        long mebibytes = file.value("CheckpointBandwidth", "0", Settings::number);
        return new Limits(
                cpus == 0 ? Limits.NONE.cpus() : cpus, mebibytes == 0 ? Limits.NONE.bytesPerSecond() : mebibytes << 20);
    }

    private static int number(String text) {
        int number = Integer.parseInt(text);
        if (number < 0) {
            throw new IllegalArgumentException("less than 0");
        }
        return number;
    }

    private static Duration atLeast(Duration least, Duration time) {
        if (time.compareTo(least) < 0) {
            throw new IllegalArgumentException("less than IntervalMin");
        }
        return time;
    }

    private static int positive(String text) {
        int number = Integer.parseInt(text);
        if (number < 1) {
            throw new IllegalArgumentException("less than 1");
        }
        return number;
    }

    private static boolean yes(String text) {
        return switch (text) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw new IllegalArgumentException("neither yes nor no");
        };
    }

    private static Duration time(String text) {
        Duration time = SchedulerTime.parse(text);
        if (time.isZero()) {
            throw new IllegalArgumentException("no time at all");
        }
        return time;
    }

    private static Set<Integer> groups(String text) {
        return SettingsFile.words(text).map(Groups::gid).collect(Collectors.toUnmodifiableSet());
    }
}
