package io.ckpt.job;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.scheduler.Interval;
import io.ckpt.store.DurableFile;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** What this node remembers of the jobs that run on it, one small file a job: a new daemon learns them from here. */
public final class JobJournal {
    private static final String SUFFIX = ".job";
    private static final String DRAFT = SUFFIX + ".new";

    private final Path directory;

    private JobJournal(Path directory) {
        this.directory = directory;
    }

    /** Opens the journal, making its directory for root alone, and sweeps drafts away. */
    public static JobJournal open(Path directory) {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            for (Path draft : entries(directory, DRAFT)) {
                Files.delete(draft);
            }
            return new JobJournal(directory);
        } catch (IOException e) {
            throw broken(directory, e);
        }
    }

    public void write(JobFacts job) {
        StringWriter text = new StringWriter();
        try {
            properties(job).store(text, null);
            new DurableFile(file(job.id())).replace(text.toString());
        } catch (IOException e) {
            throw broken(file(job.id()), e);
        }
    }

    public void remove(String id) {
        try {
            Files.deleteIfExists(file(id));
        } catch (IOException e) {
            throw broken(file(id), e);
        }
    }

    /** Every job that is remembered; what cannot be read is removed and left out. */
    public List<JobFacts> read() {
        try {
            return entries(directory, SUFFIX).stream()
                    .flatMap(file -> readOne(file).stream())
                    .toList();
        } catch (IOException e) {
            throw broken(directory, e);
        }
    }

    private static Optional<JobFacts> readOne(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
            return Optional.of(facts(properties));
        } catch (IOException | IllegalArgumentException | DateTimeException unreadable) {
            file.toFile().delete();
            return Optional.empty();
        }
    }

    private static Properties properties(JobFacts job) {
        Properties properties = new Properties();
        properties.setProperty("id", job.id());
        properties.setProperty("generation", Integer.toString(job.generation()));
        properties.setProperty("uid", Integer.toString(job.uid()));
        properties.setProperty("gid", Integer.toString(job.gid()));
        job.interval().ifPresent(interval -> properties.setProperty("interval", interval.toString()));
        properties.setProperty("keep", Integer.toString(job.keep()));
        job.store().ifPresent(store -> properties.setProperty("store", store.toString()));
        properties.setProperty("init", Integer.toString(job.init().pid()));
        properties.setProperty("init-started", Long.toString(job.init().startTime()));
        properties.setProperty("private-pids", Boolean.toString(job.privatePids()));
        properties.setProperty("born", job.born().toString());
        properties.setProperty("started", job.started().toString());
        return properties;
    }

    private static JobFacts facts(Properties entry) {
        return new JobFacts(
                text(entry, "id"),
                number(entry, "generation"),
                number(entry, "uid"),
                number(entry, "gid"),
                Optional.ofNullable(entry.getProperty("interval")).map(Interval::parse),
                number(entry, "keep"),
                Optional.ofNullable(entry.getProperty("store")).map(Path::of),
                new ProcessName(number(entry, "init"), Long.parseLong(text(entry, "init-started"))),
                Boolean.parseBoolean(text(entry, "private-pids")),
                Instant.parse(text(entry, "born")),
                Instant.parse(text(entry, "started")));
    }

    private static int number(Properties entry, String key) {
        return Integer.parseInt(text(entry, key));
    }

    private static String text(Properties entry, String key) {
        String value = entry.getProperty(key);
        if (value == null) {
            throw new IllegalArgumentException("no " + key);
        }
        return value;
    }

    private Path file(String id) {
        return directory.resolve(id + SUFFIX);
    }

    private static List<Path> entries(Path directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    private static Fault broken(Path path, IOException e) {
        return new Fault(
                FaultCode.IO_ERROR, "journal of jobs " + path + ": " + e, "make StateDirectory= writable for root", e);
    }
}
