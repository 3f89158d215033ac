package io.ckpt.kind.file;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.ProcessFile;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.procfs.FdInfo;
import io.ckpt.procfs.ProcStat;
import io.ckpt.procfs.ProcStatus;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file that is another one in every process: one of /proc that describes a process of the job, and /dev/tty. Opened
 * when that process is there. Not for files that show more to whoever opened them with more rights, for they are
 * opened before the job gives up those of the restorer.
 */
public final class ProcessFileKind implements ObjectKind<StolenFile, ProcessFile> {
    private static final Pattern PATH = Pattern.compile("/proc/(\\d+)(/task/\\d+)?(?:/([a-z_]+))?");
    private static final Set<String> HARMLESS = Set.of(
            "cgroup",
            "cmdline",
            "comm",
            "environ",
            "fd",
            "fdinfo",
            "io",
            "limits",
            "maps",
            "mem",
            "mountinfo",
            "mounts",
            "numa_maps",
            "sched",
            "schedstat",
            "smaps",
            "smaps_rollup",
            "stat",
            "statm",
            "status",
            "task");

    @Override
    public String name() {
        return "process-file";
    }

    @Override
    public ProcessFile emptyState() {
        return ProcessFile.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        Matcher path = PATH.matcher(file.link());
        return isTerminal(file, context)
                || path.matches()
                        && (path.group(3) == null || HARMLESS.contains(path.group(3)))
                        && isInJob(Integer.parseInt(path.group(1)), file, context);
    }

    @Override
    public ProcessFile capture(StolenFile file, CaptureContext context) {
        if (isHeldElsewhere(file, context)) {
            Description.refuse(file, context, "several processes share it", "let each open it for itself");
        }
        FdInfo info = FdInfo.parse(file.info());
        return ProcessFile.newBuilder()
                .setPath(file.link())
                .setFlags(Description.of(file).flags() | info.flags() & OpenFlags.PATH)
                .setOffset(info.position())
                .build();
    }

    @Override
    public void plan(ObjectId id, ProcessFile state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        plan.adopt(create, id, FileCalls.hold(create, "until then", "/"));
        PlanContext.Place first = plan.places(id).get(0);
        Steps arm = plan.arm(first.innerPid(), plan.origin(id, name()));
        Runnable opens = () -> {
            Slot opened = FileCalls.open(arm, id.value(), state.getPath(), state.getFlags());
            FileCalls.seek(arm, opened, state.getOffset());
            FileCalls.replace(arm, opened, first.number());
        };
        if (PATH.matcher(state.getPath()).matches()) {
            opens.run(); // what is only for the owner of a process is still for root, as the process is
        } else {
            plan.asOwner(arm, opens);
        }
        if ((state.getFlags() & OpenFlags.PATH) == 0) {
            int openedWith = state.getFlags() | OpenFlags.NONBLOCK;
            FileCalls.setFlags(arm, Operand.of(first.number()), openedWith, state.getFlags());
        }
        plan.places(id).stream().skip(1).forEach(place -> FileCalls.share(arm, first.number(), place.number()));
    }

    /** {@code /dev/tty} of a session whose leader is in the job: its terminal is there again. */
    private static boolean isTerminal(StolenFile file, CaptureContext context) {
        if (!Terminals.isOfSession(file.status())) {
            return false;
        }
        ProcStat own = ProcStat.parse(file.process().text("stat"));
        return own.tty() != 0
                && context.job().processes().stream().anyMatch(process -> process.pid() == own.session())
                && context.files().stream()
                        .filter(other -> Terminals.isMultiplexer(other.status()))
                        .map(other -> FdInfo.parse(other.info()).terminal())
                        .anyMatch(number -> number.isPresent() && Terminals.device(number.getAsInt()) == own.tty());
    }

    /** A proc shows the numbers of the pid namespace that it is of, from which on it also tells those further inside. */
    private static boolean isInJob(int number, StolenFile file, CaptureContext context) {
        List<FrozenProcess> processes = context.job().processes();
        if (processes.stream().allMatch(process -> process.pidNamespaces().isEmpty())) {
            return processes.stream().anyMatch(process -> process.innerPid() == number);
        }
        List<Integer> shown = ProcStatus.parse(file.process().text("root/proc/" + number + "/status"))
                .threadGroupIds();
        return processes.stream()
                .map(process -> process.procStatus().threadGroupIds())
                .anyMatch(ids -> ids.size() >= shown.size()
                        && ids.subList(ids.size() - shown.size(), ids.size()).equals(shown));
    }

    private static boolean isHeldElsewhere(StolenFile file, CaptureContext context) {
        return context.files().stream()
                .anyMatch(other -> other.description() == file.description() && other.process() != file.process());
    }
}
