package io.ckpt.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of ckpt. */
@Command(
        name = "ckptctl",
        versionProvider = Ckptctl.Version.class,
        sortOptions = false,
        subcommands = {
            CheckpointVerb.class,
            RestartVerb.class,
            ListVerb.class,
            ShowVerb.class,
            PlanVerb.class,
            VerifyVerb.class,
            ConsolidateVerb.class,
            DeleteVerb.class,
            StatusVerb.class,
            NodesVerb.class,
            DoctorVerb.class,
            HoldVerb.class,
            PbsVerb.class,
            VersionVerb.class
        },
        description = {
            "Checkpoints running jobs and restarts them, unmodified.",
            "",
            "ckptctl talks to ckptd, the daemon of this node. Where none runs and the caller is root, the same engine "
                    + "works inside ckptctl, so that one machine needs no set-up.",
            ""
        },
        footerHeading = "%nExamples%n",
        footer = {
            "  ckptctl checkpoint 4711",
            "      checkpoint job 4711, which runs on",
            "  ckptctl checkpoint --pid 1234 --vacate --store /scratch/ckpt",
            "      checkpoint a tree of processes and end it",
            "  ckptctl restart --store /scratch/ckpt",
            "      bring it back and wait for it",
            "  ckptctl restart 4711@latest --detach",
            "      bring job 4711 back and return",
            "",
            "ckptctl VERB --help tells more about each verb."
        })
public final class Ckptctl {
    @Mixin
    private CommonOptions common = new CommonOptions();

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            order = 105,
            description = "Show the version of ckptctl and exit.")
    private boolean version;

    /** What a status means, sysexits(3) where it has one. */
    private static final Map<String, String> EXIT_STATUS = new TreeMap<>(Map.ofEntries(
            Map.entry("0", "done"),
            Map.entry("64", "wrong usage"),
            Map.entry("65", "the image is damaged, or newer than this version reads"),
            Map.entry("66", "no such job, process or checkpoint"),
            Map.entry("69", "something in the job or on this node is not supported, or no daemon answers"),
            Map.entry("70", "a defect of ckpt"),
            Map.entry("71", "the job could not be brought back"),
            Map.entry("74", "reading or writing failed, or the store is full"),
            Map.entry("75", "busy: try again"),
            Map.entry("77", "not allowed"),
            Map.entry("78", "wrong configuration")));

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** Ready to be executed; a test gives it other writers. */
    static CommandLine commandLine() {
        CommandLine ckptctl = new CommandLine(new Ckptctl())
                .setOut(new PrintWriter(System.out, true, UTF_8))
                .setErr(new PrintWriter(System.err, true, UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Ckptctl::refuse)
                .setExecutionExceptionHandler(
                        (thrown, verb, parsed) -> Complaint.of(thrown).tell(verb));
        describeStatus(ckptctl);
        ckptctl.getSubcommands().values().forEach(Ckptctl::describeStatus);
        return ckptctl;
    }

    CommonOptions common() {
        return common;
    }

    private static int refuse(ParameterException wrong, String[] given) {
        CommandLine verb = wrong.getCommandLine();
        if (List.of(given).contains("--json")) { // nothing has been read into options yet
            String help = "see " + verb.getCommandSpec().qualifiedName() + " --help";
            Complaint complaint = Complaint.of(new Fault(FaultCode.USAGE, wrong.getMessage(), help));
            new Screen(verb.getOut(), verb.getErr(), true).json(complaint.detail());
        }
        verb.getErr().println("ckptctl: " + wrong.getMessage());
        UnmatchedArgumentException.printSuggestions(wrong, verb.getErr());
        verb.getErr().println("ckptctl: see " + verb.getCommandSpec().qualifiedName() + " --help");
        return FaultCode.USAGE.exitStatus();
    }

    private static void describeStatus(CommandLine command) {
        Map<String, String> all =
                new TreeMap<>(command.getCommandSpec().usageMessage().exitCodeList());
        all.putAll(EXIT_STATUS);
        command.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit status%n")
                .exitCodeList(all);
    }

    static String version() {
        return Optional.ofNullable(Ckptctl.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    /** For {@code --version}. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"ckptctl " + version()};
        }
    }
}
