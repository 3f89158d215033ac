package io.ckpt.kind.ipc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.IpcObject;
import io.ckpt.freeze.MessageQueue;
import io.ckpt.image.v1.SystemVQueue;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.RecordedContext;
import io.ckpt.kind.RecordedPlan;
import io.ckpt.kind.RecordedProcess;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MessageQueueTest {
    private static final IpcObject.Entry ENTRY = new IpcObject.Entry(32773, 1258295127, 0640, 1000, 1000);
    private static final SystemVQueue STATE = SystemVQueue.newBuilder()
            .setId(32773)
            .setKey(1258295127)
            .setMode(0640)
            .setUid(1000)
            .setGid(1000)
            .setCapacity(16384)
            .addMessages(message(1, "first"))
            .addMessages(message(2, "last"))
            .setSender(10)
            .setReceiver(11)
            .build();

    private final MessageQueueKind kind = new MessageQueueKind();
    private final RecordedContext context =
            new RecordedContext(new RecordedProcess(4711, 10), new RecordedProcess(4712, 11));

    private record Queue(Entry entry, int sender, int receiver, Set<Integer> users) implements MessageQueue {
        @Override
        public long capacity() {
            return 16384;
        }

        @Override
        public List<Message> messages() {
            return List.of(new Message(1, "first".getBytes(UTF_8)), new Message(2, "last".getBytes(UTF_8)));
        }
    }

    @Test
    void takesQueueThatTheJobUsedLast() {
        assertThat(kind.accepts(new Queue(ENTRY, 4711, 1, Set.of(4711)), context))
                .isTrue();
        assertThat(kind.accepts(new Queue(ENTRY, 1, 1, Set.of(1)), context)).isFalse();
    }

    @Test
    void readsMessagesAndWhoUsedItLast() {
        assertThat(kind.capture(new Queue(ENTRY, 4711, 4712, Set.of(4711, 4712)), context))
                .isEqualTo(STATE);
        assertThat(context.refusals()).isEmpty();
    }

    @Test
    void letsTheReceiverSendWhereTheSenderHasEnded() {
        SystemVQueue state = kind.capture(new Queue(ENTRY, 9, 4712, Set.of(4712)), context);
        assertThat(state.getSender()).isEqualTo(11);
    }

    @Test
    void refusesQueueThatAnotherProcessUsesToo() {
        kind.capture(new Queue(ENTRY, 1, 4712, Set.of(1, 4712)), context);
        assertThat(context.refusals().get(0).toString()).contains("message queue 32773", "process 1 outside");
    }

    @Test
    void sendsTheLastMessageFromItsSender() {
        plan(STATE).assertGolden("message-queue");
    }

    @Test
    void passesOneMessageThroughAnEmptyQueue() {
        plan(STATE.toBuilder().clearMessages().clearReceiver().build()).assertGolden("message-queue-empty");
    }

    @Test
    void isHinderedByWhoeverUsesItsPlace() {
        assertThat(kind.obstacle(STATE, RecordedNode.of("65536", new Queue(ENTRY, 5, 5, Set.of(5)))))
                .get()
                .asString()
                .contains("message queue 32773", "ipcrm");
        assertThat(kind.obstacle(STATE, RecordedNode.of("65536", new Queue(ENTRY, 5, 5, Set.of()))))
                .isEmpty();
    }

    @Test
    void isHinderedByNarrowLimits() {
        assertThat(kind.obstacle(STATE, RecordedNode.of("8192")))
                .get()
                .asString()
                .contains("sysctl kernel.msgmnb=16384");
    }

    private RecordedPlan plan(SystemVQueue state) {
        RecordedPlan plan = new RecordedPlan();
        kind.plan(new ObjectId("queue:32773"), state, plan);
        return plan;
    }

    private static SystemVQueue.Message message(long type, String text) {
        return SystemVQueue.Message.newBuilder()
                .setType(type)
                .setText(ByteString.copyFromUtf8(text))
                .build();
    }
}
