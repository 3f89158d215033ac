package io.ckpt.kind.ipc;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.IpcObject;
import io.ckpt.freeze.MessageQueue;
import io.ckpt.freeze.NodeNames;
import io.ckpt.image.v1.SystemVQueue;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.NodeExpectation;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * A System V message queue, under its id and key. Who used it last is all that shows whose it is, so processes of the job
 * do the last of what fills it: one sends the last message, and takes a passing one before when it was a receiver.
 */
public final class MessageQueueKind implements ObjectKind<IpcObject, SystemVQueue>, NodeExpectation<SystemVQueue> {
    private static final Operand NOTHING = Operand.named(0, "NULL");
    private static final Operand AT_ONCE = Operand.named(04000, "IPC_NOWAIT");

    @Override
    public String name() {
        return "message-queue";
    }

    @Override
    public SystemVQueue emptyState() {
        return SystemVQueue.getDefaultInstance();
    }

    @Override
    public boolean accepts(IpcObject object, CaptureContext context) {
        return object instanceof MessageQueue && Users.isOfJob(object, context);
    }

    @Override
    public SystemVQueue capture(IpcObject object, CaptureContext context) {
        Users.refuseOutside(object, context);
        MessageQueue queue = (MessageQueue) object;
        int sender = Users.innerPid(queue.sender(), context);
        int receiver = Users.innerPid(queue.receiver(), context);
        int inItsPlace = receiver == 0 ? Users.anyInnerPid(context) : receiver;
        SystemVQueue.Builder state = SystemVQueue.newBuilder()
                .setId(queue.entry().id())
                .setKey(queue.entry().key())
                .setMode(queue.entry().mode())
                .setUid(queue.entry().uid())
                .setGid(queue.entry().gid())
                .setCapacity(queue.capacity())
                .setSender(sender == 0 ? inItsPlace : sender)
                .setReceiver(receiver);
        queue.messages().forEach(message -> state.addMessagesBuilder()
                .setType(message.type())
                .setText(ByteString.copyFrom(message.text())));
        return state.build();
    }

    @Override
    public void plan(ObjectId id, SystemVQueue state, PlanContext plan) {
        String origin = id + " [System V message queue " + state.getId() + "]";
        Steps create = plan.create(origin);
        make(create, state);
        int waiting = state.getMessagesCount();
        if (waiting == 0) {
            send(plan.map(state.getSender(), origin), state, passing(state));
            take(plan.arm(state.getReceiver() == 0 ? state.getSender() : state.getReceiver(), origin), state);
            return;
        }
        if (state.getReceiver() != 0) {
            send(create, state, passing(state));
            take(plan.map(state.getReceiver(), origin), state);
        }
        state.getMessagesList().subList(0, waiting - 1).forEach(message -> send(create, state, message));
        send(plan.arm(state.getSender(), origin), state, state.getMessages(waiting - 1));
    }

    /** What this very job left on the node, and nobody uses, the plan removes. */
    @Override
    public Optional<String> obstacle(SystemVQueue state, NodeNames node) {
        return Identifiers.taken(MessageQueue.class, entry(state), node)
                .map(there -> "System V message queue " + state.getId() + " (key 0x"
                        + Integer.toHexString(state.getKey()) + ") cannot be made: " + there
                        + " (end what uses it, then ipcrm -q "
                        + state.getId() + ")")
                .or(() -> tooNarrow(state, node));
    }

    private static Optional<String> tooNarrow(SystemVQueue state, NodeNames node) {
        long longest = state.getMessagesList().stream()
                .mapToLong(message -> message.getText().size())
                .max()
                .orElse(0);
        return exceeded("msgmax", longest, node).or(() -> exceeded("msgmnb", state.getCapacity(), node));
    }

    private static IpcObject.Entry entry(SystemVQueue state) {
        return new IpcObject.Entry(state.getId(), state.getKey(), state.getMode(), state.getUid(), state.getGid());
    }

    private static Optional<String> exceeded(String limit, long wanted, NodeNames node) {
        long allowed = Long.parseLong(node.text("/proc/sys/kernel/" + limit).strip());
        return wanted <= allowed
                ? Optional.empty()
                : Optional.of("a System V message queue of the job needs more than kernel." + limit
                        + " allows (sysctl kernel." + limit + "=" + wanted + ")");
    }

    private static void make(Steps create, SystemVQueue state) {
        Operand queue = Operand.of(state.getId());
        create.expect(Word.Expect.ANYTHING, SystemCall.MSGCTL, queue, Identifiers.REMOVE, NOTHING); // see obstacle
        Identifiers.choose(create, "msg", state.getId());
        create.expect(
                Word.Expect.exactly(state.getId()),
                SystemCall.MSGGET,
                Operand.hex(Integer.toUnsignedLong(state.getKey())),
                Identifiers.make(state.getMode()));
        Data owner = Identifiers.owner(state.getUid(), state.getGid(), state.getMode(), state.getCapacity());
        create.call(SystemCall.MSGCTL, queue, Identifiers.SET, owner.address());
    }

    /** An empty message of a type that nothing in the queue has: there is room for it while the last one is missing. */
    private static SystemVQueue.Message passing(SystemVQueue state) {
        List<Long> types = state.getMessagesList().stream()
                .map(SystemVQueue.Message::getType)
                .toList();
        long unused = LongStream.iterate(1, type -> type + 1)
                .filter(type -> !types.contains(type))
                .findFirst()
                .orElseThrow();
        return SystemVQueue.Message.newBuilder().setType(unused).build();
    }

    private static void send(Steps steps, SystemVQueue state, SystemVQueue.Message message) {
        int length = message.getText().size();
        byte[] bytes = ByteBuffer.allocate(Long.BYTES + length)
                .order(ByteOrder.nativeOrder())
                .putLong(message.getType())
                .put(message.getText().asReadOnlyByteBuffer())
                .array();
        String text = "{type=" + message.getType() + ", " + length + " bytes}";
        steps.call(
                SystemCall.MSGSND,
                Operand.of(state.getId()),
                Data.struct(bytes, text).address(),
                Operand.of(length),
                AT_ONCE);
    }

    private static void take(Steps steps, SystemVQueue state) {
        steps.expect(
                Word.Expect.exactly(0),
                SystemCall.MSGRCV,
                Operand.of(state.getId()),
                Data.room(Long.BYTES).address(),
                Operand.of(0),
                Operand.of(passing(state).getType()),
                AT_ONCE);
    }
}
