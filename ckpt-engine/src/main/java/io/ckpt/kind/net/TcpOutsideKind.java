package io.ckpt.kind.net;

import com.google.protobuf.ByteString;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.StolenFile;
import io.ckpt.freeze.StolenSocket.Direction;
import io.ckpt.freeze.StolenSocket.TcpQueue;
import io.ckpt.image.v1.TcpEnd;
import io.ckpt.image.v1.TcpIdle;
import io.ckpt.image.v1.TcpOutside;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.kind.RestartOptions;
import io.ckpt.plan.Steps;
import io.ckpt.procfs.InternetSockets;

/** A TCP connection to somebody outside the job. The caller of a restart says what becomes of it. */
public final class TcpOutsideKind implements ObjectKind<StolenFile, TcpOutside> {
    @Override
    public String name() {
        return "tcp-outside";
    }

    @Override
    public TcpOutside emptyState() {
        return TcpOutside.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return TcpRole.of(file, context) == TcpRole.OUTSIDE;
    }

    @Override
    public TcpOutside capture(StolenFile file, CaptureContext context) {
        InternetSockets.Socket entry = TcpRole.entry(file, context).orElseThrow();
        context.warn("fd " + file.number() + " of pid " + file.process().pid() + ": its connection to " + entry.remote()
                + " leads out of the job; a restart resets it unless told --tcp established");
        TcpEnd.Builder end = TcpConnectionKind.end(file, entry, context);
        if (file.socket().received().filter(stream -> !stream.hasUrgent()).isEmpty()) {
            TcpConnectionKind.refuseUrgent(file, context);
        }
        TcpQueue written = file.socket().tcpQueue(Direction.SENDING);
        TcpQueue arrived = file.socket().tcpQueue(Direction.RECEIVING);
        ByteString bytes = ByteString.copyFrom(written.bytes());
        int sent = Math.max(0, bytes.size() - written.unsent());
        return TcpOutside.newBuilder()
                .setEnd(end.setReceived(ByteString.copyFrom(arrived.bytes())).setUnsent(bytes.substring(sent)))
                .setPeer(Endpoints.of(entry.remote()))
                .setUnacknowledged(bytes.substring(0, sent))
                .setSendEnd(written.end() - (end.getClosed() ? 1 : 0))
                .setReceiveEnd(arrived.end())
                .setTimestamp(Settings.number(file, KnownOption.TCP, TcpOutsidePlan.TIMESTAMP))
                .addAllWindow(arrived.window())
                .setPeerClosed(TcpConnectionKind.hasReceivedLast(entry.state()))
                .build();
    }

    @Override
    public void plan(ObjectId id, TcpOutside state, PlanContext plan) {
        String origin = plan.origin(id, name());
        RestartOptions.TcpPolicy policy = plan.options().tcp();
        if (policy == RestartOptions.TcpPolicy.REFUSE) {
            throw refusal(origin, state, "leads out of the job", "restart with --tcp close or --tcp established");
        }
        if (policy == RestartOptions.TcpPolicy.CLOSE) {
            TcpWreck.append(id, origin, reset(state), plan);
            return;
        }
        if (state.getPeerClosed()) {
            throw refusal(origin, state, "was closed by the other end", "restart with --tcp close");
        }
        Steps create = plan.create(origin);
        TcpOutsidePlan.append(create, plan.connect(origin), id, state, plan);
    }

    /** What the job finds when the connection is not carried on. */
    private static TcpIdle reset(TcpOutside state) {
        return TcpIdle.newBuilder()
                .setFamily(state.getEnd().getFamily())
                .setSettings(state.getEnd().getSettings())
                .setRemains(TcpIdle.Remains.newBuilder()
                        .setBroken(true)
                        .setReceived(state.getEnd().getReceived()))
                .build();
    }

    private static Fault refusal(String origin, TcpOutside state, String reason, String remedy) {
        String connection = "the connection to " + Endpoints.address(state.getPeer());
        return new Fault(FaultCode.UNSUPPORTED_NODE, origin + ": " + connection + " " + reason, remedy);
    }
}
