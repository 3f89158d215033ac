package io.ckpt.kind.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.ckpt.image.v1.Attachment;
import io.ckpt.image.v1.SocketEnd;
import io.ckpt.image.v1.SocketOption;
import io.ckpt.image.v1.SocketPair;
import io.ckpt.image.v1.SocketSettings;
import io.ckpt.image.v1.UnixAlone;
import io.ckpt.image.v1.UnixConnecting;
import io.ckpt.image.v1.UnixListener;
import io.ckpt.image.v1.UnixName;
import io.ckpt.image.v1.UnixOwner;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kernel.FileMode;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.RecordedContext;
import io.ckpt.kind.RecordedFile;
import io.ckpt.kind.RecordedPlan;
import io.ckpt.kind.RecordedProcess;
import io.ckpt.kind.RestartOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
        SocketPair state = SocketPair.newBuilder()
                .setType(DATAGRAMS)
                .setOwner(UnixOwner.newBuilder().setUid(1000).setGid(100))
                .addEnds(end(FIRST, OpenFlags.RDWR)
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
    void acceptsAgainFromTheListeningSocket() {
        ObjectId listener = ObjectId.file(5);
        UnixListener listening = UnixListener.newBuilder()
                .setType(STREAM)
                .setName(UnixName.newBuilder()
                        .setAddress(ByteString.copyFromUtf8("/run/x.sock"))
                        .setLinked(true)
                        .setMode(0700))
                .setBacklog(5)
                .setSettings(settings(OpenFlags.RDWR))
                .build();
        new UnixListenerKind().plan(listener, listening, plan.with(listener, 10, 9));
        SocketPair state = SocketPair.newBuilder()
                .setType(STREAM)
                .setListenerId(listener.value())
                .addEnds(end(FIRST, OpenFlags.RDWR))
                .addEnds(end(SECOND, OpenFlags.RDWR))
                .build();
        kind.plan(FIRST, state, plan);
        UnixConnecting waiting = UnixConnecting.newBuilder()
                .setType(STREAM)
                .setPeer(ByteString.copyFromUtf8("/run/x.sock"))
                .setSettings(settings(OpenFlags.RDWR))
                .addWaiting("file:6")
                .build();
        new UnixConnectingKind().plan(ObjectId.file(6), waiting, plan.with(ObjectId.file(6), 11, 10));
        plan.assertGolden("unix-listener");
    }

    @Test
    void sendsDatagramsToNames() {
        new UnixAloneKind()
                .plan(
                        FIRST,
                        UnixAlone.newBuilder()
                                .setType(DATAGRAMS)
                                .setName(UnixName.newBuilder().setAddress(ByteString.copyFromUtf8("\0mine")))
                                .setSettings(settings(OpenFlags.RDWR))
                                .addQueued(ByteString.copyFromUtf8("waits"))
                                .build(),
                        plan);
        new UnixAloneKind()
                .plan(
                        SECOND,
                        UnixAlone.newBuilder()
                                .setType(DATAGRAMS)
                                .setPeer(ByteString.copyFromUtf8("/dev/log"))
                                .setSettings(settings(OpenFlags.RDWR))
                                .build(),
                        plan);
        plan.assertGolden("unix-datagrams");
    }

    @Test
    void keepsBothEndsInTheStateOfTheFirst() {
        RecordedFile first = socket(parent, 3, 35680);
        first.socket().peer(35681).message("first").message("second one").number(KnownOption.SOCKET, 18, 4);
        RecordedFile second = socket(child, 4, 35681).ready(EpollEvents.RDHUP);
        second.socket().peer(35680);
        SocketPair state = kind.capture(first, context);
        assertThat(state.getType()).isEqualTo(STREAM);
        assertThat(state.getEnds(0).getQueuedList())
                .extracting(ByteString::toStringUtf8)
                .containsExactly("first", "second one");
        assertThat(state.getEnds(0).getSettings().getOptionsList())
                .extracting(SocketOption::getName)
                .containsExactly(18);
        assertThat(state.getEnds(0).getReceiveClosed()).isFalse();
        assertThat(state.getEnds(1).getFileId()).isEqualTo("file:4");
        assertThat(state.getEnds(1).getReceiveClosed()).isTrue();
        assertThat(kind.capture(second, context).getMadeBy()).isEqualTo("file:3");
        assertThat(context.refusals()).isEmpty();
    }

    @Test
    void keepsSocketWhoseOtherEndIsClosed() {
        RecordedFile orphan = socket(parent, 3, 35680).ready(EpollEvents.RDHUP | EpollEvents.HUP);
        assertThat(kind.accepts(orphan, context)).isTrue();
        assertThat(kind.capture(orphan, context).getEndsCount()).isEqualTo(1);
        assertThat(context.refusals()).isEmpty();
    }

    /** Bound to that name, it would take it away from the socket that listens there. */
    @Test
    void acceptsAgainAlsoWhatNobodyTalksToAnyMore() {
        RecordedFile orphan = socket(parent, 3, 35680).ready(EpollEvents.RDHUP | EpollEvents.HUP);
        orphan.socket().named("\0waits");
        RecordedFile listener = socket(parent, 5, 35700);
        listener.socket().named("\0waits");
        SocketPair state = kind.capture(orphan, context);
        assertThat(state.getListenerId()).isEqualTo("file:5");
        assertThat(state.getFirstAccepted()).isTrue();
        assertThat(state.getEnds(0).hasName()).isFalse();
    }

    @Test
    void leavesANameToWhoeverListensThereOutsideTheJob() {
        RecordedFile accepted = socket(parent, 3, 35680).ready(EpollEvents.RDHUP | EpollEvents.HUP);
        accepted.socket().named("\0waits");
        SocketPair state = kind.capture(accepted, context);
        assertThat(state.getListenerId()).isEmpty();
        assertThat(state.getEnds(0).hasName()).isFalse();
    }

    @Test
    void refusesSocketToAnotherProgram() {
        RecordedFile socket = socket(parent, 3, 35680);
        socket.socket().peer(17);
        assertThat(kind.accepts(socket, context)).isFalse();
        assertThat(new UnixOutsideKind().accepts(socket, context)).isTrue();
        new UnixOutsideKind().capture(socket, context);
        assertThat(refusal()).contains("pid 4711, fd 3 [socket:[35680]]").contains("outside the job");
    }

    @Test
    void keepsWhatAServiceOutsideHasSent() {
        RecordedFile socket = socket(parent, 3, 35680);
        socket.socket().peer(17).peerNamed("/run/service").message("early");
        SocketPair state = new UnixOutsideKind().capture(socket, context);
        assertThat(state.getEndsList()).hasSize(1);
        assertThat(state.getEnds(0).getQueued(0).toStringUtf8()).isEqualTo("early");
        assertThat(context.refusals()).isEmpty();
        assertThat(context.warnings()).hasSize(1).first().asString().contains("/run/service", "found closed");
    }

    @Test
    void endsTheConnectionToAServiceOutside() {
        new UnixOutsideKind().plan(FIRST, outside(), plan);
        plan.assertGolden("unix-outside");
    }

    @Test
    void refusesToEndItWhenToldSo() {
        RecordedPlan strict = new RecordedPlan(new RestartOptions(
                        RestartOptions.FilePolicy.TRUNCATE, RestartOptions.TcpPolicy.REFUSE, List.of()))
                .with(FIRST, 10, 7);
        assertThatThrownBy(() -> new UnixOutsideKind().plan(FIRST, outside(), strict))
                .hasMessageContaining("/run/service");
    }

    private static SocketPair outside() {
        return SocketPair.newBuilder()
                .setType(STREAM)
                .addEnds(end(FIRST, OpenFlags.RDWR).addQueued(ByteString.copyFromUtf8("early")))
                .setService("/run/service")
                .build();
    }

    @Test
    void keepsAListeningSocketWithItsName() {
        RecordedFile listener = socket(parent, 3, 35700);
        listener.socket().named("\0waits");
        assertThat(new UnixListenerKind().accepts(listener, context)).isTrue();
        UnixListener state = new UnixListenerKind().capture(listener, context);
        assertThat(state.getName().getAddress().toStringUtf8()).isEqualTo("\0waits");
        assertThat(state.getBacklog()).isEqualTo(5);
        assertThat(context.refusals()).isEmpty();
    }

    /** Its own two ends travel in it, each in the queue of the other. */
    @Test
    void sendsFilesOnTheirWayOnceAllAreMade() {
        SocketPair state = SocketPair.newBuilder()
                .setType(STREAM)
                .addEnds(end(FIRST, OpenFlags.RDWR)
                        .addQueued(ByteString.copyFromUtf8("plain"))
                        .addQueued(ByteString.copyFromUtf8("with two"))
                        .addAttachments(Attachment.newBuilder()
                                .setMessage(1)
                                .setSender(UnixOwner.newBuilder().setUid(1000).setGid(100))
                                .addFileIds(FIRST.value())
                                .addFileIds(SECOND.value())))
                .addEnds(end(SECOND, OpenFlags.RDWR))
                .build();
        kind.plan(FIRST, state, plan);
        plan.assertGolden("socket-pair-in-flight");
    }

    @Test
    void keepsWhichMessageAFileComesWith() {
        RecordedFile first = socket(parent, 3, 35680);
        first.socket().peer(35681).message("plain").message("with a file", new RecordedFile(parent, -1, 7));
        socket(child, 4, 35681).socket().peer(35680);
        SocketPair state = kind.capture(first, context);
        assertThat(state.getEnds(0).getAttachmentsList()).singleElement().satisfies(attachment -> {
            assertThat(attachment.getMessage()).isEqualTo(1);
            assertThat(attachment.getFileIdsList()).containsExactly("file:7");
        });
        assertThat(context.refusals()).isEmpty();
    }

    @Test
    void refusesDatagramsFromStrangersWithNames() {
        RecordedFile service = socket(parent, 3, 35702);
        service.socket()
                .number(KnownOption.SOCKET, Settings.TYPE, DATAGRAMS)
                .named("\0service")
                .messageFrom("\1\0\0stranger".getBytes(StandardCharsets.US_ASCII), "hello");
        new UnixAloneKind().capture(service, context);
        assertThat(refusal()).contains("a datagram waits in it from @stranger");
    }

    @Test
    void refusesOtherSocketsByFamilyAndType() {
        RecordedFile vsock = socket(parent, 3, 35680);
        vsock.socket().number(KnownOption.SOCKET, 39, 40);
        assertThat(kind.accepts(vsock, context)).isFalse();
        new UnsupportedSocketKind().capture(vsock, context);
        assertThat(refusal()).contains("virtual machine sockets");
    }

    private RecordedFile socket(RecordedProcess process, int number, long inode) {
        process.text(
                "net/unix",
                """
                Num       RefCount Protocol Flags    Type St Inode Path
                0000000000000000: 00000003 00000000 00000000 0001 03 35680
                0000000000000000: 00000003 00000000 00000000 0001 03 35681 @0b47a
                0000000000000000: 00000002 00000000 00010000 0001 01 35700 @waits
                0000000000000000: 00000002 00000000 00000000 0002 01 35702 @service
                """);
        RecordedFile file = process.file(number, number)
                .link("socket:[" + inode + "]")
                .info("pos:\t0\nflags:\t02000002\nmnt_id:\t10\nino:\t" + inode + "\nscm_fds: 0\n")
                .status(FileMode.SOCKET | 0777, inode, 1, 0, 0);
        file.socket()
                .number(KnownOption.SOCKET, 39, 1)
                .number(KnownOption.SOCKET, Settings.TYPE, STREAM)
                .number(KnownOption.SOCKET, Settings.SEND_ROOM, 212992)
                .number(KnownOption.SOCKET, Settings.RECEIVE_ROOM, 212992);
        return file;
    }

    private static SocketEnd.Builder end(ObjectId id, int flags) {
        return SocketEnd.newBuilder().setFileId(id.value()).setSettings(settings(flags));
    }

    private static SocketSettings.Builder settings(int flags) {
        return SocketSettings.newBuilder().setFlags(flags).setSendRoom(131072).setReceiveRoom(212992);
    }

    private String refusal() {
        assertThat(context.refusals()).hasSize(1);
        return context.refusals().get(0).toString();
    }
}
