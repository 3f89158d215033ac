package io.ckpt.kind.net;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.StolenFile;
import io.ckpt.freeze.StolenSocket.Message;
import io.ckpt.image.v1.UnixAlone;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.FileExpectation;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.util.List;
import java.util.Optional;

/**
 * A UNIX socket without a connection: new, bound, or one of datagrams. A peer of datagrams is found again by its name,
 * whether it is in the job or not ({@code /dev/log}); when nobody is there any more, the job is told so when it sends.
 */
public final class UnixAloneKind implements ObjectKind<StolenFile, UnixAlone>, FileExpectation.Source<UnixAlone> {
    private static final int AF_UNIX = 1;

    @Override
    public String name() {
        return "unix-alone";
    }

    @Override
    public UnixAlone emptyState() {
        return UnixAlone.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return UnixRole.of(file, context) == UnixRole.ALONE;
    }

    @Override
    public UnixAlone capture(StolenFile file, CaptureContext context) {
        UnixAlone.Builder state = UnixAlone.newBuilder()
                .setType(Settings.number(file, KnownOption.SOCKET, Settings.TYPE))
                .setSettings(Settings.of(file, context));
        UnixNames.of(file, context).ifPresent(state::setName);
        file.socket()
                .peerName()
                .map(UnixNames::address)
                .map(ByteString::copyFrom)
                .ifPresent(state::setPeer);
        if (state.getType() == UnixRole.DATAGRAM && !SocketPairKind.refuseDescriptorsInFlight(file, context)) {
            List<Message> messages = file.socket().messages();
            messages.forEach(message -> state.addQueued(ByteString.copyFrom(message.bytes())));
            refuseReplies(file, state.build(), messages, context);
        }
        return state.build();
    }

    /** Whoever sent them had a name, or this socket has none to send them to. */
    private static void refuseReplies(
            StolenFile file, UnixAlone state, List<Message> messages, CaptureContext context) {
        boolean isNamed = messages.stream().anyMatch(message -> UnixNames.address(message.sender()).length > 0);
        boolean isReachable = state.hasName()
                && UnixNames.isReachable(state.getName())
                && state.getPeer().isEmpty();
        if (isNamed || !messages.isEmpty() && !isReachable) {
            Description.refuse(
                    file,
                    context,
                    "datagrams wait in it that a restart could not send to it once more",
                    "try again when they have been received");
        }
    }

    @Override
    public void plan(ObjectId id, UnixAlone state, PlanContext plan) {
        String origin = plan.origin(id, name());
        Steps create = plan.create(origin);
        SocketPlan made = SocketPlan.make(create, plan, AF_UNIX, state.getType(), 0);
        if (state.hasName()) {
            UnixNames.bind(made, state.getName(), plan);
        }
        made.settings(state.getSettings());
        Operand socket = plan.adopt(create, id, made.socket());
        if (!state.getQueuedList().isEmpty()) {
            send(plan.connect(origin), state, plan);
        }
        if (!state.getPeer().isEmpty()) {
            Steps connect = plan.connect(origin);
            Data peer = UnixNames.data(state.getPeer());
            plan.asOwner(
                    connect,
                    () -> connect.expect(
                            Word.Expect.ANYTHING, SystemCall.CONNECT, socket, peer.address(), Operand.of(peer.size())));
        }
    }

    private static void send(Steps steps, UnixAlone state, PlanContext plan) {
        SocketPlan sender = SocketPlan.make(steps, plan, AF_UNIX, state.getType(), 0);
        Data name = UnixNames.data(state.getName().getAddress());
        steps.call(SystemCall.CONNECT, sender.socket(), name.address(), Operand.of(name.size()));
        long bytes = state.getQueuedList().stream().mapToLong(ByteString::size).sum();
        sender.makeSendRoom(bytes, state.getQueuedCount());
        state.getQueuedList().forEach(message -> sender.send(message.toByteArray()));
        sender.close();
    }

    @Override
    public Optional<FileExpectation> expectation(UnixAlone state) {
        return state.hasName() ? UnixNames.expectation(state.getName()) : Optional.empty();
    }
}
