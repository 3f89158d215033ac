package io.ckpt.daemon;

import io.ckpt.fault.Fault;
import io.ckpt.job.Engine;
import io.ckpt.job.JobService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** The node daemon: reads its settings, wires the engine, serves until SIGTERM. */
@Command(
        name = "ckptd",
        mixinStandardHelpOptions = true,
        versionProvider = Ckptd.Version.class,
        exitCodeOnInvalidInput = 64,
        sortOptions = false,
        description = {
            "Node daemon of ckpt: checkpoints and restarts the jobs of this node.",
            "",
            "Runs in the foreground as root and logs to standard error. SIGTERM ends it; jobs run on.",
            ""
        },
        footerHeading = "%nFiles%n",
        footer = {
            "  /etc/ckpt/ckptd.conf   settings, when no --config names others",
            "  /run/ckpt/ckptd.sock   where ckptctl connects",
            "",
            "See also ckptctl --help and the commented settings in etc/ckpt/ckptd.conf.sample."
        })
public final class Ckptd implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(Ckptd.class);

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings; without it /etc/ckpt/ckptd.conf, and built-in settings where that is missing.")
    private Optional<Path> config = Optional.empty();

    public static void main(String[] arguments) {
        int status = new CommandLine(new Ckptd())
                .setExecutionExceptionHandler((thrown, command, parsed) -> report(thrown))
                .execute(arguments);
        System.exit(status);
    }

    private static int report(Exception thrown) throws Exception {
        if (thrown instanceof Fault fault) {
            System.err.println("ckptd: " + fault.getMessage());
            System.err.println("ckptd: way out: " + fault.remedy());
            return fault.code().exitStatus();
        }
        throw thrown;
    }

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = settings(config);
        Wiring daemon = Wiring.daemon(settings);
        ApiServer server = ApiServer.start(settings, daemon.engine());
        JobService jobs = daemon.protectJobs();
        daemon.introduce();
        daemon.rehearse();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, daemon.engine(), jobs), "end"));
        LOG.info("ckptd serves on {}, store {}", settings.socket(), settings.store());
        Thread.currentThread().join();
        return 0;
    }

    static Settings settings(Optional<Path> file) {
        if (file.isPresent()) {
            return Settings.read(file.get());
        }
        return Files.exists(Settings.DEFAULT_FILE) ? Settings.read(Settings.DEFAULT_FILE) : Settings.defaults();
    }

    /** Runs when a signal ends the daemon, which is its ordinary end. */
    private static void end(ApiServer server, Engine engine, JobService jobs) {
        LOG.info("ckptd ends; jobs run on");
        server.close();
        engine.settle();
        jobs.close();
        Runtime.getRuntime().halt(0);
    }

    /** Version of the build, from the manifest of its jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Ckptd.class.getPackage().getImplementationVersion();
            return new String[] {"ckptd " + Optional.ofNullable(version).orElse("development")};
        }
    }
}
