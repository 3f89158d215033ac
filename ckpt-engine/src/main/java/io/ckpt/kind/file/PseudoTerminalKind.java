package io.ckpt.kind.file;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.PseudoTerminal;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.procfs.FdInfo;
import io.ckpt.procfs.ProcStat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** A pseudo-terminal whose master the job holds, with all its sides; what plans it is {@link PseudoTerminalPlan}. */
public final class PseudoTerminalKind implements ObjectKind<StolenFile, PseudoTerminal> {
    private static final long TCGETS2 = 0x802c542aL;
    private static final long TIOCGWINSZ = 0x5413;
    private static final long TIOCGPTLCK = 0x80045439L;
    private static final long TIOCGPKT = 0x80045438L;
    private static final long TIOCGEXCL = 0x80045440L;
    private static final int MODES_BYTES = 44;
    private static final int SIZE_BYTES = 8;

    @Override
    public String name() {
        return "pseudo-terminal";
    }

    @Override
    public PseudoTerminal emptyState() {
        return PseudoTerminal.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return number(file).isPresent() && master(file, context).isPresent();
    }

    @Override
    public PseudoTerminal capture(StolenFile file, CaptureContext context) {
        StolenFile master = master(file, context).orElseThrow();
        List<StolenFile> slaves = slaves(file, context);
        List<StolenFile> all = Stream.concat(Stream.of(master), slaves.stream()).toList();
        if (Shared.isMadeByAnother(file, all)) {
            return PseudoTerminal.newBuilder()
                    .setMadeBy(Shared.maker(all, context))
                    .build();
        }
        PseudoTerminal.Builder state = PseudoTerminal.newBuilder()
                .setMaster(Shared.opening(master, context))
                .addAllSlaves(Shared.openings(slaves, context))
                .setModes(ask(master, TCGETS2, MODES_BYTES))
                .setSize(ask(master, TIOCGWINSZ, SIZE_BYTES))
                .setLocked(isOn(master, TIOCGPTLCK))
                .setPackets(isOn(master, TIOCGPKT))
                .setHungUp((master.poll(EpollEvents.IN) & EpollEvents.HUP) != 0);
        slaves.stream().findFirst().ifPresent(slave -> state.setInput(waiting(slave, master, false))
                .setOutput(waiting(master, slave, true))
                .setExclusive(isOn(slave, TIOCGEXCL)));
        leader(file, context)
                .ifPresent(leader -> state.setLeader(leader.innerPid()).setForeground(foreground(leader, context)));
        return state.build();
    }

    @Override
    public void plan(ObjectId id, PseudoTerminal state, PlanContext plan) {
        if (state.getMadeBy().isEmpty()) {
            new PseudoTerminalPlan(id, state, plan, plan.origin(id, name())).append();
        }
    }

    /** The number of the pair that a side belongs to. */
    private static OptionalInt number(StolenFile file) {
        if (Terminals.isMultiplexer(file.status())) {
            return FdInfo.parse(file.info()).terminal();
        }
        return Terminals.number(file.status());
    }

    private static Optional<StolenFile> master(StolenFile file, CaptureContext context) {
        return context.files().stream()
                .filter(other -> Terminals.isMultiplexer(other.status()))
                .filter(other -> number(other).equals(number(file)))
                .findFirst();
    }

    /** One descriptor of each description. */
    private static List<StolenFile> slaves(StolenFile file, CaptureContext context) {
        return context.files().stream()
                .filter(other -> !Terminals.isMultiplexer(other.status()) && Names.isOrdinary(other))
                .filter(other -> number(file).equals(Terminals.number(other.status())))
                .flatMap(first -> context.descriptionsOf(first).stream())
                .distinct()
                .toList();
    }

    private static ByteString ask(StolenFile file, long request, int length) {
        ByteBuffer answer = ByteBuffer.allocate(length);
        if (file.ioctl(request, answer) < 0) {
            throw new IllegalStateException(file + ": ioctl 0x" + Long.toHexString(request));
        }
        return ByteString.copyFrom(answer.clear());
    }

    private static boolean isOn(StolenFile file, long request) {
        return ask(file, request, Integer.BYTES)
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.nativeOrder())
                        .getInt()
                != 0;
    }

    private static ByteString waiting(StolenFile side, StolenFile other, boolean isMaster) {
        return ByteString.copyFrom(side.peekTerminal(other, isMaster));
    }

    private static Optional<FrozenProcess> leader(StolenFile file, CaptureContext context) {
        int device = Terminals.device(number(file).orElseThrow());
        return context.job().processes().stream()
                .filter(process -> !process.isZombie())
                .filter(process ->
                        stat(process).tty() == device && stat(process).session() == process.pid())
                .findFirst();
    }

    /** A group without processes cannot be made again, and nobody notices. */
    private static int foreground(FrozenProcess leader, CaptureContext context) {
        int group = stat(leader).terminalGroup();
        return context.job().processes().stream()
                .filter(process -> stat(process).group() == group)
                .mapToInt(process -> process.procStatus().innerProcessGroup())
                .findFirst()
                .orElse(0);
    }

    private static ProcStat stat(FrozenProcess process) {
        return ProcStat.parse(process.text("stat"));
    }
}
