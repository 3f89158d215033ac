package io.ckpt.kind.file;

import com.google.protobuf.ByteString;
import io.ckpt.image.v1.Opening;
import io.ckpt.image.v1.PseudoTerminal;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The calls that make a pseudo-terminal: both sides, what waits in them, its session and foreground group. */
final class PseudoTerminalPlan {
    private static final Operand UNLOCK = Operand.named(0x40045431L, "TIOCSPTLCK");
    private static final Operand PEER = Operand.named(0x5441, "TIOCGPTPEER");
    private static final Operand SET_MODES = Operand.named(0x402c542bL, "TCSETS2");
    private static final Operand SET_SIZE = Operand.named(0x5414, "TIOCSWINSZ");
    private static final Operand SET_PACKETS = Operand.named(0x5420, "TIOCPKT");
    private static final Operand EXCLUDE = Operand.named(0x540c, "TIOCEXCL");
    private static final Operand TYPE = Operand.named(0x5412, "TIOCSTI");
    private static final Operand TAKE = Operand.named(0x540e, "TIOCSCTTY");
    private static final Operand SET_FOREGROUND = Operand.named(0x5410, "TIOCSPGRP");
    /** struct termios2: c_iflag, c_oflag, c_cflag, c_lflag, c_line, c_cc, speeds. */
    private static final int LOCAL_MODES = 12;

    private static final int CHARACTERS = 17;
    private static final int CHARACTERS_END = 36;
    /** VEOF. */
    private static final int END_OF_FILE = CHARACTERS + 4;

    private static final int LINES = 2;

    private final ObjectId id;
    private final PseudoTerminal state;
    private final PlanContext plan;
    private final String origin;

    PseudoTerminalPlan(ObjectId id, PseudoTerminal state, PlanContext plan, String origin) {
        this.id = id;
        this.state = state;
        this.plan = plan;
        this.origin = origin;
    }

    void append() {
        Steps create = plan.create(origin);
        plan.asOwner(create, () -> makeSides(create));
        if (state.getLeader() != 0) {
            plan.session(state.getLeader(), origin)
                    .call(SystemCall.IOCTL, plan.descriptor(passing()), TAKE, Operand.of(0));
            setForeground(plan.arm(state.getLeader(), origin));
        }
    }

    /** A slave of the restart's own, for who takes the terminal and what waits in it. */
    private ObjectId passing() {
        return ObjectId.content(id.number());
    }

    private void makeSides(Steps create) {
        Slot made = FileCalls.open(create, "master", "/dev/ptmx", OpenFlags.RDWR);
        create.call(SystemCall.IOCTL, made, UNLOCK, number(0).address());
        FileCalls.setFlags(
                create,
                made,
                OpenFlags.RDWR | OpenFlags.NONBLOCK,
                state.getMaster().getFlags());
        Operand master = plan.adopt(create, new ObjectId(state.getMaster().getFileId()), made);
        if (state.getSlavesCount() > 0 || state.getHungUp() || state.getLeader() != 0) {
            Operand slave = plan.adopt(create, passing(), peer(create, master, OpenFlags.RDWR));
            fill(create, master, slave);
        }
        for (Opening opening : state.getSlavesList()) {
            Slot slave = peer(create, master, opening.getFlags());
            FileCalls.setFlags(create, slave, opening.getFlags() | OpenFlags.NONBLOCK, opening.getFlags());
            plan.adopt(create, new ObjectId(opening.getFileId()), slave);
        }
        setModes(create, master, state.getModes().toByteArray(), "former modes");
        create.call(
                SystemCall.IOCTL,
                master,
                SET_SIZE,
                Data.struct(state.getSize().toByteArray(), size()).address());
        if (state.getPackets()) {
            create.call(SystemCall.IOCTL, master, SET_PACKETS, number(1).address());
        }
        if (state.getExclusive()) {
            create.call(SystemCall.IOCTL, plan.descriptor(passing()), EXCLUDE, Operand.of(0));
        }
        if (state.getLocked()) {
            create.call(SystemCall.IOCTL, master, UNLOCK, number(1).address());
        }
    }

    private static Slot peer(Steps create, Operand master, int flags) {
        int careful = flags | OpenFlags.NOCTTY | OpenFlags.NONBLOCK;
        return create.call("slave", SystemCall.IOCTL, master, PEER, Operand.named(careful, OpenFlags.text(careful)));
    }

    /** While nothing is translated or echoed; only lines stay lines. */
    private void fill(Steps create, Operand master, Operand slave) {
        byte[] modes = state.getModes().toByteArray();
        ByteBuffer words = ByteBuffer.wrap(modes).order(ByteOrder.nativeOrder());
        words.putInt(0, 0).putInt(4, 0).putInt(LOCAL_MODES, words.getInt(LOCAL_MODES) & LINES);
        Arrays.fill(modes, CHARACTERS, CHARACTERS_END, (byte) 0);
        modes[END_OF_FILE] = 4;
        setModes(create, master, modes, "transparent");
        type(create, slave, state.getInput());
        write(create, slave, state.getOutput());
    }

    /** What is written to the master arrives later, under who knows which modes; this arrives at once. */
    private static void type(Steps create, Operand slave, ByteString waiting) {
        for (byte each : waiting) {
            String text =
                    Character.isISOControl(each) || each < 0 ? Integer.toString(each & 0xff) : "'" + (char) each + "'";
            create.call(
                    SystemCall.IOCTL,
                    slave,
                    TYPE,
                    Data.struct(new byte[] {each}, "{" + text + "}").address());
        }
    }

    private static void write(Steps create, Operand side, ByteString waiting) {
        if (!waiting.isEmpty()) {
            create.expect(
                    Word.Expect.exactly(waiting.size()),
                    SystemCall.WRITE,
                    side,
                    Operand.bytes(waiting.toByteArray()),
                    Operand.of(waiting.size()));
        }
    }

    private static void setModes(Steps create, Operand master, byte[] modes, String text) {
        create.call(
                SystemCall.IOCTL,
                master,
                SET_MODES,
                Data.struct(modes, "{" + text + "}").address());
    }

    /** All signals are blocked, so that a leader in the background may do it too. */
    private void setForeground(Steps arm) {
        int group = plan.seenBy(state.getLeader(), state.getForeground());
        if (group != 0) {
            Slot terminal = FileCalls.open(arm, "terminal", "/dev/tty", OpenFlags.RDWR);
            arm.call(SystemCall.IOCTL, terminal, SET_FOREGROUND, number(group).address());
            arm.call(SystemCall.CLOSE, terminal);
        }
    }

    private String size() {
        ByteBuffer size = state.getSize().asReadOnlyByteBuffer().order(ByteOrder.nativeOrder());
        return "{" + size.getShort(0) + " rows, " + size.getShort(2) + " columns}";
    }

    private static Data number(int value) {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
        return Data.struct(bytes, "{" + value + "}");
    }
}
