package io.ckpt.kind.file;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.NodeNames;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.Opening;
import io.ckpt.image.v1.PosixQueue;
import io.ckpt.kernel.FileMode;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.NodeExpectation;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A message queue of mq_open(3) with what waits in it, made again under its name whatever is there now. Messages are taken to
 * be seen, and put back before the job goes on; so nobody else may have the queue. Of a notification the kernel does not tell
 * the value.
 */
public final class PosixQueueKind implements ObjectKind<StolenFile, PosixQueue>, NodeExpectation<PosixQueue> {
    /** MQUEUE_MAGIC. */
    private static final long QUEUES = 0x19800202L;
    /** FILENT_SIZE, the size of every queue. */
    private static final long SIZE = 80;

    private static final long MOST_BYTES = 16L << 20;

    private static final int SIGEV_NONE = 1;
    private static final int SIGEVENT_BYTES = 64;
    private static final int ATTRIBUTES_BYTES = 64;
    private static final int ONLY_OWNER = 0600;

    @Override
    public String name() {
        return "posix-queue";
    }

    @Override
    public PosixQueue emptyState() {
        return PosixQueue.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.status().isRegular()
                && file.status().size() == SIZE
                && Names.isOrdinary(file)
                && file.fileSystem() == QUEUES;
    }

    @Override
    public PosixQueue capture(StolenFile file, CaptureContext context) {
        List<StolenFile> descriptions = context.descriptionsOf(file);
        if (Shared.isMadeByAnother(file, descriptions)) {
            return PosixQueue.newBuilder()
                    .setMadeBy(Shared.maker(descriptions, context))
                    .build();
        }
        StolenFile.Queue queue = file.queue();
        OptionalInt holder = file.holderOutside();
        holder.ifPresent(pid -> Description.refuse(
                file,
                context,
                "process " + pid + " outside the job has it open too",
                "end that process, or checkpoint it with the job"));
        boolean gone = file.status().links() == 0;
        return PosixQueue.newBuilder()
                .setName(gone ? "" : file.link().substring(file.link().lastIndexOf('/')))
                .setPassingName(gone ? "/" + Names.passing() : "")
                .setMode(file.status().mode() & FileMode.PERMISSIONS)
                .setMostMessages(queue.mostMessages())
                .setLongestMessage(queue.longestMessage())
                .setNotified(notified(file, queue, context))
                .addAllMessages(holder.isPresent() ? List.of() : messages(file, queue, context))
                .addAllOpenings(Shared.openings(descriptions, context))
                .build();
    }

    @Override
    public void plan(ObjectId id, PosixQueue state, PlanContext plan) {
        if (!state.getMadeBy().isEmpty()) {
            return;
        }
        Steps create = plan.create(plan.origin(id, name()));
        plan.asOwner(create, () -> {
            Slot made = make(create, state);
            Operand whole = plan.adopt(create, ObjectId.content(id.number()), made);
            state.getMessagesList().forEach(message -> send(create, whole, message));
            for (Opening opening : state.getOpeningsList()) {
                Shared.open(create, whole, opening, plan);
            }
            FileCalls.changeMode(create, whole, state.getMode());
            if (state.getName().isEmpty()) {
                unlink(create, Word.Expect.SUCCESS, state.getPassingName());
            }
        });
        if (state.getNotified() != 0) {
            awaitMessage(plan, state);
        }
    }

    @Override
    public Optional<String> obstacle(PosixQueue state, NodeNames node) {
        return state.getMadeBy().isEmpty()
                ? exceeded("msg_max", state.getMostMessages(), node)
                        .or(() -> exceeded("msgsize_max", state.getLongestMessage(), node))
                : Optional.empty();
    }

    private static Optional<String> exceeded(String limit, long wanted, NodeNames node) {
        long allowed = Long.parseLong(node.text("/proc/sys/fs/mqueue/" + limit).strip());
        return wanted <= allowed || Capacities.mayBeExceeded(node)
                ? Optional.empty()
                : Optional.of("a POSIX message queue of the job needs more than fs.mqueue." + limit
                        + " allows (sysctl fs.mqueue." + limit + "=" + wanted + ")");
    }

    /** The process of the job that has a notification without a signal; every other one is refused. */
    private static int notified(StolenFile file, StolenFile.Queue queue, CaptureContext context) {
        Optional<FrozenProcess> process = context.job().processes().stream()
                .filter(each -> each.pid() == queue.notified())
                .findFirst();
        if (queue.notified() != 0 && (process.isEmpty() || queue.notification() != SIGEV_NONE)) {
            Description.refuse(
                    file,
                    context,
                    "process " + queue.notified() + " asked to be notified of its next message (mq_notify)",
                    "let the program wait in mq_receive or poll instead");
        }
        return process.map(FrozenProcess::innerPid).orElse(0);
    }

    /** The first message put back into an empty queue would use up a notification. */
    private static List<PosixQueue.Message> messages(StolenFile file, StolenFile.Queue queue, CaptureContext context) {
        if (queue.waiting() == 0) {
            return List.of();
        }
        if (queue.notified() != 0) {
            Description.refuse(
                    file,
                    context,
                    queue.waiting() + " messages wait in it while process " + queue.notified() + " is to be notified",
                    "checkpoint again when they have been received");
            return List.of();
        }
        if (queue.bytes() > MOST_BYTES) {
            Description.refuse(
                    file,
                    context,
                    "messages of " + queue.bytes() + " bytes wait in it, and no more than 16 MiB are carried",
                    "checkpoint again when some have been received");
            return List.of();
        }
        return file.peekQueue().stream()
                .map(message -> PosixQueue.Message.newBuilder()
                        .setPriority(message.priority())
                        .setText(ByteString.copyFrom(message.text()))
                        .build())
                .toList();
    }

    private static void send(Steps create, Operand queue, PosixQueue.Message message) {
        int length = message.getText().size();
        create.call(
                SystemCall.MQ_TIMEDSEND,
                queue,
                Operand.bytes(message.getText().toByteArray()),
                Operand.of(length),
                Operand.of(Integer.toUnsignedLong(message.getPriority())),
                Operand.named(0, "NULL"));
    }

    private static Slot make(Steps create, PosixQueue state) {
        boolean gone = state.getName().isEmpty();
        if (!gone) {
            unlink(create, Word.Expect.ANYTHING, state.getName());
        }
        int flags = OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.EXCL;
        return create.call(
                "queue",
                SystemCall.MQ_OPEN,
                name(gone ? state.getPassingName() : state.getName()),
                Operand.named(flags, OpenFlags.text(flags)),
                Operand.named(ONLY_OWNER, "0600"),
                attributes(state).address());
    }

    private static void unlink(Steps create, Word.Expect expect, String name) {
        create.expect(expect, SystemCall.MQ_UNLINK, name(name));
    }

    /** The kernel's names have no slash. */
    private static Operand name(String name) {
        return Operand.text(name.substring(1));
    }

    /** struct mq_attr: flags, most messages, longest message, messages. */
    private static Data attributes(PosixQueue state) {
        byte[] bytes = ByteBuffer.allocate(ATTRIBUTES_BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(Long.BYTES, state.getMostMessages())
                .putLong(2 * Long.BYTES, state.getLongestMessage())
                .array();
        return Data.struct(
                bytes, "{maxmsg=" + state.getMostMessages() + ", msgsize=" + state.getLongestMessage() + "}");
    }

    private static void awaitMessage(PlanContext plan, PosixQueue state) {
        byte[] event = ByteBuffer.allocate(SIGEVENT_BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(Long.BYTES + Integer.BYTES, SIGEV_NONE)
                .array();
        state.getOpeningsList().stream()
                .flatMap(opening -> plan.places(new ObjectId(opening.getFileId())).stream())
                .filter(place -> place.innerPid() == state.getNotified())
                .findFirst()
                .ifPresent(place -> plan.arm(place.innerPid(), "pid " + place.innerPid() + ", fd " + place.number())
                        .call(
                                SystemCall.MQ_NOTIFY,
                                Operand.of(place.number()),
                                Data.struct(event, "{SIGEV_NONE}").address()));
    }
}
