package io.ckpt.kind.net;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.UnixListener;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.FileExpectation;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import java.util.Optional;

/** A UNIX socket that waits for connections. Those that wait to be accepted connect again: see {@link UnixConnectingKind}. */
public final class UnixListenerKind
        implements ObjectKind<StolenFile, UnixListener>, FileExpectation.Source<UnixListener> {
    @Override
    public String name() {
        return "unix-listener";
    }

    @Override
    public UnixListener emptyState() {
        return UnixListener.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return UnixRole.of(file, context) == UnixRole.LISTENING;
    }

    @Override
    public UnixListener capture(StolenFile file, CaptureContext context) {
        UnixListener.Builder state = UnixListener.newBuilder()
                .setType(Settings.number(file, KnownOption.SOCKET, Settings.TYPE))
                .setBacklog(file.socket().unixBacklog())
                .setSettings(Settings.of(file, context))
                .setOwner(UnixOwners.toldTo(file));
        UnixNames.of(file, context).ifPresent(state::setName);
        for (long inode : file.socket().pendingInodes()) {
            Optional<StolenFile> waiting =
                    inode == 0 ? Optional.empty() : context.sockets().file(inode);
            if (waiting.isEmpty() || !UnixNames.isReachable(state.getName())) {
                Description.refuse(
                        file,
                        context,
                        "a connection from outside the job, or from a closed socket, waits to be accepted",
                        "try again when the job has accepted it");
            }
        }
        return state.build();
    }

    @Override
    public void plan(ObjectId id, UnixListener state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        SocketPlan socket = SocketPlan.make(create, plan, 1, state.getType(), 0);
        UnixNames.bind(socket, state.getName(), plan);
        socket.settings(state.getSettings());
        Operand backlog = Operand.of(state.getBacklog());
        UnixOwners.as(state.getOwner(), create, () -> create.call(SystemCall.LISTEN, socket.socket(), backlog));
        plan.adopt(create, id, socket.socket());
    }

    @Override
    public Optional<FileExpectation> expectation(UnixListener state) {
        return UnixNames.expectation(state.getName());
    }
}
