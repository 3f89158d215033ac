package io.ckpt.kind.net;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.StolenSocket.Message;
import io.ckpt.image.v1.Attachment;
import io.ckpt.image.v1.UnixOwner;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A message of a UNIX socket as it is sent once more, with all that came with it. */
record Parcel(byte[] bytes, Attachment attachment) {
    private static final int SOL_SOCKET = 1;
    private static final int RIGHTS = 1;
    private static final int CREDENTIALS = 2;
    private static final int HEADER_BYTES = 16;
    private static final int CREDENTIALS_BYTES = 12;
    private static final int DESCRIPTOR_BYTES = 4;
    private static final Operand QUIETLY = Operand.named(0x4040, "MSG_DONTWAIT|MSG_NOSIGNAL");

    /** What an image keeps of messages besides their bytes; the address of a sender is judged by who knows its name. */
    static List<Attachment> attachments(List<Message> messages, CaptureContext context) {
        List<Attachment> attachments = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            Attachment.Builder attachment = Attachment.newBuilder().setMessage(i);
            messages.get(i)
                    .files()
                    .forEach(file -> attachment.addFileIds(context.id(file).value()));
            messages.get(i)
                    .owner()
                    .ifPresent(owner -> attachment.setSender(
                            UnixOwner.newBuilder().setUid(owner.uid()).setGid(owner.gid())));
            attachments.add(attachment.build());
        }
        attachments.removeIf(attachment -> attachment.getFileIdsCount() == 0 && !attachment.hasSender());
        return attachments;
    }

    static List<Parcel> of(List<ByteString> queued, List<Attachment> attachments) {
        List<Parcel> parcels = new ArrayList<>();
        for (int i = 0; i < queued.size(); i++) {
            int message = i;
            Attachment attachment = attachments.stream()
                    .filter(each -> each.getMessage() == message)
                    .findFirst()
                    .orElse(Attachment.getDefaultInstance());
            parcels.add(new Parcel(queued.get(i).toByteArray(), attachment));
        }
        return parcels;
    }

    static boolean haveFiles(List<Attachment> attachments) {
        return attachments.stream().anyMatch(attachment -> attachment.getFileIdsCount() > 0);
    }

    /** From a socket to its peer, or to {@code receiver}. */
    void send(SocketPlan from, Optional<Data> receiver, PlanContext plan) {
        if (attachment.getFileIdsCount() == 0 && !attachment.hasSender()) {
            from.send(bytes, receiver);
            return;
        }
        Steps steps = from.steps();
        Data control = control(steps, plan);
        Data vector = Data.struct(words(0, bytes.length), "{" + bytes.length + " bytes}");
        steps.store(Operand.bytes(bytes), vector.at(0), Long.BYTES);
        Data message = Data.struct(
                words(0, receiver.map(Data::size).orElse(0), 0, 1, 0, control.size(), 0), "{" + control.text() + "}");
        receiver.ifPresent(name -> steps.store(name.address(), message.at(0), Long.BYTES));
        steps.store(vector.address(), message.at(2 * Long.BYTES), Long.BYTES);
        steps.store(control.address(), message.at(4 * Long.BYTES), Long.BYTES);
        steps.expect(Word.Expect.exactly(bytes.length), SystemCall.SENDMSG, from.socket(), message.address(), QUIETLY);
    }

    /** Credentials name a process that exists: the one that sends. */
    private Data control(Steps steps, PlanContext plan) {
        int files = attachment.getFileIdsCount();
        int who = attachment.hasSender() ? HEADER_BYTES + aligned(CREDENTIALS_BYTES) : 0;
        int rights = files == 0 ? 0 : HEADER_BYTES + aligned(files * DESCRIPTOR_BYTES);
        ByteBuffer control = ByteBuffer.allocate(who + rights).order(ByteOrder.nativeOrder());
        if (who > 0) {
            header(control, CREDENTIALS, CREDENTIALS_BYTES);
            control.putInt(0)
                    .putInt(attachment.getSender().getUid())
                    .putInt(attachment.getSender().getGid());
            control.position(who);
        }
        if (rights > 0) {
            header(control, RIGHTS, files * DESCRIPTOR_BYTES);
        }
        Data data = Data.struct(control.array(), text());
        if (who > 0) {
            Slot self = steps.call("self", SystemCall.GETPID);
            steps.store(self, data.at(HEADER_BYTES), Integer.BYTES);
        }
        for (int i = 0; i < files; i++) {
            Operand file = plan.descriptor(new ObjectId(attachment.getFileIds(i)));
            steps.store(file, data.at(who + HEADER_BYTES + i * DESCRIPTOR_BYTES), DESCRIPTOR_BYTES);
        }
        return data;
    }

    private String text() {
        List<String> parts = new ArrayList<>();
        if (attachment.hasSender()) {
            parts.add("uid=" + attachment.getSender().getUid() + ", gid="
                    + attachment.getSender().getGid());
        }
        parts.addAll(attachment.getFileIdsList());
        return String.join(", ", parts);
    }

    private static void header(ByteBuffer control, int type, int length) {
        control.putLong(HEADER_BYTES + length).putInt(SOL_SOCKET).putInt(type);
    }

    private static int aligned(int bytes) {
        return (bytes + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    }

    private static byte[] words(long... values) {
        ByteBuffer words = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.nativeOrder());
        for (long value : values) {
            words.putLong(value);
        }
        return words.array();
    }
}
