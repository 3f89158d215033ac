package io.ckpt.kind.net;

import com.google.protobuf.ByteString;
import io.ckpt.image.v1.SocketEnd;
import io.ckpt.image.v1.SocketPair;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.util.List;
import java.util.Optional;

/** Makes a pair, has each end send what waits in the other, and closes what was closed. */
final class SocketPairPlan {
    private static final int AF_UNIX = 1;
    private static final int SHUT_RD = 0;
    private static final Operand NULL = Operand.named(0, "NULL");

    private final String origin;
    private final PlanContext plan;
    private final Steps steps;
    private final SocketPair state;

    private SocketPairPlan(String origin, Steps steps, SocketPair state, PlanContext plan) {
        this.origin = origin;
        this.plan = plan;
        this.steps = steps;
        this.state = state;
    }

    /** What was accepted from a listening socket is accepted from it again, so that it has its name. */
    static void append(String origin, SocketPair state, PlanContext plan) {
        boolean isAccepted = !state.getListenerId().isEmpty();
        Steps steps = isAccepted ? plan.connect(origin) : plan.create(origin);
        SocketPairPlan pair = new SocketPairPlan(origin, steps, state, plan);
        if (isAccepted) {
            pair.accept();
        } else {
            pair.pair();
        }
    }

    private void pair() {
        Data ends = Data.room(8);
        Operand domain = Operand.named(AF_UNIX, "AF_UNIX");
        Operand type = Operand.named(state.getType(), SocketPlan.type(state.getType()));
        as(() -> steps.call(SystemCall.SOCKETPAIR, domain, type, Operand.of(0), ends.address()));
        Slot first = steps.load("pair.first", ends.at(0), 4);
        Slot second = steps.load("pair.second", ends.at(4), 4);
        take(first, second);
    }

    private void accept() {
        Operand listener = plan.descriptor(new ObjectId(state.getListenerId()));
        SocketPlan client = SocketPlan.make(steps, plan, AF_UNIX, state.getType(), 0);
        Data name = Data.room(112);
        Data length = Data.struct(new byte[] {112, 0, 0, 0}, "{112}");
        steps.call(SystemCall.GETSOCKNAME, listener, name.address(), length.address());
        Slot size = steps.load("size", length.at(0), 4);
        as(() -> steps.call(SystemCall.CONNECT, client.socket(), name.address(), size));
        Slot server = steps.call("accepted", SystemCall.ACCEPT4, listener, NULL, NULL, Operand.of(0));
        take(state.getFirstAccepted() ? server : client.socket(), state.getFirstAccepted() ? client.socket() : server);
    }

    private void as(Runnable calls) {
        plan.asOwner(steps, () -> UnixOwners.as(state.getOwner(), steps, calls));
    }

    /** Files that travel in a queue may be any of the job's, and these two as well. */
    private void take(Operand first, Operand second) {
        Operand one = plan.adopt(steps, new ObjectId(state.getEnds(0).getFileId()), first);
        Operand two = plan.adopt(steps, second(), second);
        if (state.getEndsList().stream().anyMatch(end -> Parcel.haveFiles(end.getAttachmentsList()))) {
            plan.later(() -> fill(plan.connect(origin), one, two));
        } else {
            fill(steps, one, two);
        }
    }

    private ObjectId second() {
        String first = state.getEnds(0).getFileId();
        return new ObjectId(isWhole() ? state.getEnds(1).getFileId() : first + ".closed");
    }

    private boolean isWhole() {
        return state.getEndsCount() > 1;
    }

    private void fill(Steps at, Operand one, Operand two) {
        SocketPlan first = new SocketPlan(at, one);
        SocketPlan second = new SocketPlan(at, two);
        send(second, state.getEnds(0));
        if (isWhole()) {
            send(first, state.getEnds(1));
            finish(second, state.getEnds(1));
        } else {
            second.close();
        }
        finish(first, state.getEnds(0));
    }

    private void send(SocketPlan sender, SocketEnd receiver) {
        List<ByteString> messages = receiver.getQueuedList();
        if (!messages.isEmpty()) {
            sender.makeSendRoom(messages.stream().mapToLong(ByteString::size).sum(), messages.size());
            Parcel.of(messages, receiver.getAttachmentsList())
                    .forEach(parcel -> parcel.send(sender, Optional.empty(), plan));
        }
    }

    private void finish(SocketPlan socket, SocketEnd end) {
        if (end.hasName()) {
            UnixNames.bind(socket, end.getName(), plan);
        }
        socket.settings(end.getSettings());
        if (end.getReceiveClosed()) {
            socket.shutdown(SHUT_RD, Word.Expect.SUCCESS);
        }
    }
}
