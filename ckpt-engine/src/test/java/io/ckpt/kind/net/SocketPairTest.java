package io.ckpt.kind.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.SocketEnd;
import io.ckpt.image.v1.SocketOption;
import io.ckpt.image.v1.SocketPair;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kernel.FileMode;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.RecordedContext;
import io.ckpt.kind.RecordedFile;
import io.ckpt.kind.RecordedPlan;
import io.ckpt.kind.RecordedProcess;
import org.junit.jupiter.api.Test;

class SocketPairTest {
    private static final int STREAM = 1;
    private static final int DATAGRAMS = 2;
    private static final ObjectId FIRST = ObjectId.file(3);
    private static final ObjectId SECOND = ObjectId.file(4);

    private final SocketPairKind kind = new SocketPairKind();
    private final RecordedPlan plan = new RecordedPlan().with(FIRST, 10, 7).with(SECOND, 11, 8);
    private final RecordedProcess parent = new RecordedProcess(4711, 1);
    private final RecordedProcess child = new RecordedProcess(4712, 2);
    private final RecordedContext context = new RecordedContext(parent, child);

    @Test
    void sendsWhatWaitsFromTheOtherEnd() {
        SocketOption timeout = SocketOption.newBuilder()
                .setName(SocketOptions.RECEIVE_TIMEOUT)
                .setValue(ByteString.copyFrom(new byte[] {3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}))
                .build();
        SocketPair state = SocketPair.newBuilder()
                .setType(DATAGRAMS)
                .addEnds(end(FIRST, OpenFlags.RDWR)
                        .addOptions(timeout)
                        .addQueued(ByteString.copyFromUtf8("first"))
                        .addQueued(ByteString.copyFromUtf8("second one")))
                .addEnds(end(SECOND, OpenFlags.RDWR | OpenFlags.NONBLOCK))
                .build();
        kind.plan(FIRST, state, plan);
        kind.plan(SECOND, SocketPair.newBuilder().setMadeBy("file:3").build(), plan);
        plan.assertGolden("socket-pair");
    }

    @Test
    void closesTheEndThatWasClosedAfterItsLastMessage() {
        SocketPair state = SocketPair.newBuilder()
                .setType(STREAM)
                .addEnds(end(FIRST, OpenFlags.RDWR)
                        .addQueued(ByteString.copyFromUtf8("gone"))
                        .setReceiveClosed(true))
                .build();
        kind.plan(FIRST, state, plan);
        plan.assertGolden("socket-pair-orphaned");
    }

    @Test
    void keepsBothEndsInTheStateOfTheFirst() {
        StolenFile first = socket(parent, 3, 35680)
                .peer(35681)
                .message("first")
                .message("second one")
                .option(SocketOptions.RECEIVE_LOW_WATER, (byte) 4, (byte) 0, (byte) 0, (byte) 0);
        StolenFile second = socket(child, 4, 35681).peer(35680).ready(EpollEvents.RDHUP);
        SocketPair state = kind.capture(first, context);
        assertThat(state.getType()).isEqualTo(STREAM);
        assertThat(state.getEnds(0).getQueuedList())
                .extracting(ByteString::toStringUtf8)
                .containsExactly("first", "second one");
        assertThat(state.getEnds(0).getOptionsList())
                .extracting(SocketOption::getName)
                .containsExactly(SocketOptions.RECEIVE_LOW_WATER);
        assertThat(state.getEnds(0).getReceiveClosed()).isFalse();
        assertThat(state.getEnds(1).getFileId()).isEqualTo("file:4");
        assertThat(state.getEnds(1).getReceiveClosed()).isTrue();
        assertThat(kind.capture(second, context).getMadeBy()).isEqualTo("file:3");
        assertThat(context.refusals()).isEmpty();
    }

    @Test
    void keepsSocketWhoseOtherEndIsClosed() {
        SocketPair state = kind.capture(socket(parent, 3, 35680).ready(EpollEvents.RDHUP), context);
        assertThat(state.getEndsCount()).isEqualTo(1);
        assertThat(context.refusals()).isEmpty();
    }

    @Test
    void refusesSocketToAnotherProgram() {
        kind.capture(socket(parent, 3, 35680).peer(17), context);
        assertThat(refusal()).contains("pid 4711, fd 3 [socket:[35680]]").contains("outside the job");
    }

    @Test
    void refusesListeningSocketByItsName() {
        kind.capture(socket(parent, 3, 35700), context);
        assertThat(refusal()).contains("waits for connections at /run/x.sock");
    }

    @Test
    void refusesDescriptorsInFlight() {
        StolenFile socket =
                socket(parent, 3, 35680).info("pos:\t0\nflags:\t02\nmnt_id:\t10\nino:\t35680\nscm_fds: 1\n");
        kind.capture(socket, context);
        assertThat(refusal()).contains("descriptors wait in its queue");
    }

    @Test
    void refusesOtherSocketsByFamilyAndType() {
        RecordedFile netlink =
                socket(parent, 3, 35680).option(SocketOptions.DOMAIN, (byte) 16, (byte) 0, (byte) 0, (byte) 0);
        assertThat(kind.accepts(netlink, context)).isFalse();
        new UnsupportedSocketKind().capture(netlink, context);
        assertThat(refusal()).contains("netlink sockets");
    }

    private RecordedFile socket(RecordedProcess process, int number, long inode) {
        byte[] zero = {0, 0, 0, 0};
        byte[] one = {1, 0, 0, 0};
        byte[] room = {0, 64, 3, 0};
        process.text(
                "net/unix",
                """
                Num       RefCount Protocol Flags    Type St Inode Path
                0000000000000000: 00000003 00000000 00000000 0001 03 35680
                0000000000000000: 00000003 00000000 00000000 0001 03 35681 @0b47a
                0000000000000000: 00000002 00000000 00010000 0001 01 35700 /run/x.sock
                """);
        return process.file(number, number)
                .link("socket:[" + inode + "]")
                .info("pos:\t0\nflags:\t02000002\nmnt_id:\t10\nino:\t" + inode + "\nscm_fds: 0\n")
                .status(FileMode.SOCKET | 0777, inode, 1, 0, 0)
                .option(SocketOptions.DOMAIN, one)
                .option(SocketOptions.TYPE, one)
                .option(SocketOptions.SEND_ROOM, room)
                .option(SocketOptions.RECEIVE_ROOM, room)
                .option(SocketOptions.PASS_CREDENTIALS, zero)
                .option(SocketOptions.PASS_SECURITY, zero)
                .option(SocketOptions.RECEIVE_LOW_WATER, one)
                .option(SocketOptions.RECEIVE_TIMEOUT, new byte[16])
                .option(SocketOptions.SEND_TIMEOUT, new byte[16]);
    }

    private static SocketEnd.Builder end(ObjectId id, int flags) {
        return SocketEnd.newBuilder()
                .setFileId(id.value())
                .setFlags(flags)
                .setSendRoom(131072)
                .setReceiveRoom(212992);
    }

    private String refusal() {
        assertThat(context.refusals()).hasSize(1);
        return context.refusals().get(0).toString();
    }
}
