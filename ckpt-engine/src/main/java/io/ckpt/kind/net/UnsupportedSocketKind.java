package io.ckpt.kind.net;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.Unsupported;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import java.util.Map;

/** Every socket that no other kind accepts. It refuses by family and type, and names the way out. */
public final class UnsupportedSocketKind implements ObjectKind<StolenFile, Unsupported> {
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int PROTOCOL = 38;
    private static final int MPTCP = 262;
    private static final Map<Integer, String> FAMILIES = Map.of(
            1, "UNIX (of another network namespace)",
            2, "IPv4",
            10, "IPv6",
            16, "netlink",
            17, "packet",
            21, "RDS",
            31, "Bluetooth",
            38, "kernel crypto",
            40, "virtual machine");

    @Override
    public String name() {
        return "unsupported-socket";
    }

    @Override
    public Unsupported emptyState() {
        return Unsupported.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.status().isSocket();
    }

    @Override
    public Unsupported capture(StolenFile file, CaptureContext context) {
        Description.refuse(
                file,
                context,
                describe(file) + " sockets cannot be checkpointed yet",
                "close it before the checkpoint, or let the processes of the job talk over pipes");
        return emptyState();
    }

    @Override
    public void plan(ObjectId id, Unsupported state, PlanContext plan) {
        throw new IllegalStateException(id + ": what is refused is never stored");
    }

    private static String describe(StolenFile file) {
        int domain = TcpRole.family(file);
        String family = FAMILIES.getOrDefault(domain, "address family " + domain);
        if (!family.startsWith("IP")) {
            return family;
        }
        return switch (Settings.number(file, KnownOption.SOCKET, Settings.TYPE)) {
            case SOCK_STREAM -> stream(Settings.number(file, KnownOption.SOCKET, PROTOCOL)) + family;
            case SOCK_DGRAM -> "UDP/" + family;
            default -> "raw " + family;
        };
    }

    private static String stream(int protocol) {
        return protocol == MPTCP ? "MPTCP/" : "stream (protocol " + protocol + ")/";
    }
}
