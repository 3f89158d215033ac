package io.ckpt.kind.net;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.StolenFile;
import io.ckpt.freeze.StolenSocket.Message;
import io.ckpt.image.v1.Attachment;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
        if (state.getType() == UnixRole.DATAGRAM) {
            keepQueue(file, state, context);
        }
        return state.build();
    }

    private static void keepQueue(StolenFile file, UnixAlone.Builder state, CaptureContext context) {
        List<Message> messages = file.socket().messages();
        if (!messages.isEmpty() && !(state.hasName() && UnixNames.isReachable(state.getName()))) {
            Description.refuse(
                    file,
                    context,
                    "datagrams wait in it that a restart could not send to it once more",
                    "try again when they have been received");
        }
        messages.forEach(message -> state.addQueued(ByteString.copyFrom(message.bytes())));
        List<Attachment> attachments = Parcel.attachments(messages, context);
        state.addAllAttachments(withSenders(file, messages, attachments, context));
        SocketPairKind.warnOfSenders(file, messages, context);
    }

    /** Whoever sent a datagram and has a name must be there to send it again. */
    private static List<Attachment> withSenders(
            StolenFile file, List<Message> messages, List<Attachment> attachments, CaptureContext context) {
        List<Attachment> all = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            int message = i;
            Attachment.Builder attachment = attachments.stream()
                    .filter(each -> each.getMessage() == message)
                    .findFirst()
                    .orElse(Attachment.newBuilder().setMessage(message).build())
                    .toBuilder();
            byte[] name = messages.get(i).sender();
            if (UnixNames.address(name).length > 0) {
                UnixRole.datagramSocket(name, context)
                        .ifPresentOrElse(
                                sender -> attachment.setSenderId(
                                        context.id(sender).value()),
                                () -> refuseSender(file, name, context));
            }
            all.add(attachment.build());
        }
        return all;
    }

    private static void refuseSender(StolenFile file, byte[] name, CaptureContext context) {
        String text = new String(UnixNames.address(name), StandardCharsets.UTF_8).replace('\0', '@');
        Description.refuse(
                file,
                context,
                "a datagram waits in it from " + text + ", which no socket of the job is bound to",
                "try again when it has been received");
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
        if (!state.getQueuedList().isEmpty() || !state.getPeer().isEmpty()) {
            plan.later(() -> finish(plan.connect(origin), socket, state, plan));
        }
    }

    /** A socket that has a peer hears nobody else. */
    private static void finish(Steps steps, Operand socket, UnixAlone state, PlanContext plan) {
        if (!state.getQueuedList().isEmpty()) {
            send(steps, state, plan);
        }
        if (!state.getPeer().isEmpty()) {
            Data peer = UnixNames.data(state.getPeer());
            plan.asOwner(
                    steps,
                    () -> steps.expect(
                            Word.Expect.ANYTHING, SystemCall.CONNECT, socket, peer.address(), Operand.of(peer.size())));
        }
    }

    private static void send(Steps steps, UnixAlone state, PlanContext plan) {
        SocketPlan nameless = SocketPlan.make(steps, plan, AF_UNIX, state.getType(), 0);
        Data receiver = UnixNames.data(state.getName().getAddress());
        long bytes = state.getQueuedList().stream().mapToLong(ByteString::size).sum();
        nameless.makeSendRoom(bytes, state.getQueuedCount());
        for (Parcel parcel : Parcel.of(state.getQueuedList(), state.getAttachmentsList())) {
            String sender = parcel.attachment().getSenderId();
            SocketPlan from =
                    sender.isEmpty() ? nameless : new SocketPlan(steps, plan.descriptor(new ObjectId(sender)));
            parcel.send(from, Optional.of(receiver), plan);
        }
        nameless.close();
    }

    @Override
    public Optional<FileExpectation> expectation(UnixAlone state) {
        return state.hasName() ? UnixNames.expectation(state.getName()) : Optional.empty();
    }
}
