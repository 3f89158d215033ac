package io.ckpt.pbs;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.scheduler.Interval;
import io.ckpt.scheduler.Ticket;
import io.ckpt.scheduler.Tickets;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A directory of root's in which the hooks and ckptd leave each other word of the jobs that run here. The launch hook
 * writes {@code JOB}, a ticket of {@code key=value} lines, and clears what an earlier run left; the epilogue hook reads
 * what became of it and removes it all:
 *
 * <ul>
 *   <li>{@code JOB.began}: it runs
 *   <li>{@code JOB.refused}: it could not be started here; says why
 *   <li>{@code JOB.task-N}: the session of a process that the task manager has started
 *   <li>{@code JOB.left}: it was checkpointed and ended; {@code asked} when PBS had asked for it
 * </ul>
 */
final class PbsTickets implements Tickets {
    private static final String TASK = ".task-";

    private final Path directory;

    PbsTickets(Path directory) {
        this.directory = directory;
    }

    @Override
    public Optional<Ticket> ofSession(int session) {
        return names().stream()
                .filter(name -> !name.startsWith("."))
                .map(this::read)
                .filter(properties -> properties.getProperty("session", "").equals(Integer.toString(session)))
                .map(PbsTickets::ticket)
                .findFirst();
    }

    @Override
    public List<Path> carried(String job) {
        return read(job).getProperty("carry", "").lines().map(Path::of).toList();
    }

    /** Processes that the task manager has started are MoM's children, and below no place. */
    @Override
    public List<String> obstacles(String job) {
        String prefix = job + TASK;
        return names().stream()
                .filter(name -> name.startsWith(prefix) && lives(text(name)))
                .map(name -> "task " + name.substring(prefix.length()) + " of job " + job + ", process " + text(name)
                        + ", was started through PBS's task manager and cannot be carried")
                .toList();
    }

    private static boolean lives(String session) {
        return !session.isEmpty() && Files.exists(Path.of("/proc", session));
    }

    private String text(String name) {
        try {
            return Files.readString(directory.resolve(name)).strip();
        } catch (IOException gone) {
            return "";
        }
    }

    @Override
    public void began(String job) {
        remove(job, "refused"); // of a try before
        mark(job, "began", "");
    }

    @Override
    public void refused(String job, Fault why) {
        remove(job, "began");
        mark(job, "refused", why.getMessage() + "; " + why.remedy());
    }

    @Override
    public void left(String job, boolean asked) {
        mark(job, "left", asked ? "asked" : "");
    }

    private void remove(String job, String kind) {
        Path mark = directory.resolve(job + "." + kind);
        try {
            Files.deleteIfExists(mark);
        } catch (IOException e) {
            throw failed(mark, e);
        }
    }

    private void mark(String job, String kind, String text) {
        Path ticket = directory.resolve(job);
        try {
            if (Files.exists(ticket)) {
                Files.writeString(directory.resolve(job + "." + kind), text);
            }
        } catch (IOException e) {
            throw failed(ticket, e);
        }
    }

    private List<String> names() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw failed(directory, e);
        }
    }

    /** What is no ticket, or gone meanwhile, has no session. */
    private Properties read(String name) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(directory.resolve(name))) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException none) {
            properties.clear();
        }
        return properties;
    }

    private static Ticket ticket(Properties properties) {
        return new Ticket(
                properties.getProperty("job"),
                number(properties, "generation"),
                number(properties, "uid"),
                interval(properties.getProperty("interval", "0")),
                number(properties, "keep"),
                Optional.ofNullable(properties.getProperty("store")).map(Path::of),
                properties.getProperty("required", "").equals("yes"));
    }

    private static Optional<Interval> interval(String text) {
        return switch (text) {
            case "0" -> Optional.empty();
            case "auto" -> Optional.of(Interval.AUTO);
            default -> Optional.of(Interval.every(Duration.ofSeconds(Integer.parseInt(text))));
        };
    }

    private static int number(Properties properties, String key) {
        return Integer.parseInt(properties.getProperty(key, "0"));
    }

    private static Fault failed(Path path, IOException e) {
        return new Fault(FaultCode.IO_ERROR, "word for the hooks of PBS in " + path + ": " + e, "look at /run", e);
    }
}
