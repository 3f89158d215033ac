package io.ckpt.kind.namespace;

import io.ckpt.image.v1.NetworkNamespace;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A network of its own in which there is nothing but the loopback interface; its sockets are kinds of their own. */
public final class NetworkNamespaceKind implements ObjectKind<OwnNamespace, NetworkNamespace> {
    private static final String LOOPBACK = "lo";
    private static final Pattern INTERFACE = Pattern.compile("(?m)^ *([^ :|]+):");
    private static final Pattern ADDRESS = Pattern.compile("\\|-- ([0-9.]+)");

    private static final int DATAGRAMS = 2;
    private static final int IPV4 = 2;
    private static final int NAME_BYTES = 16;
    private static final int REQUEST_BYTES = 40;
    private static final short UP = 1;

    @Override
    public String name() {
        return "network-namespace";
    }

    @Override
    public NetworkNamespace emptyState() {
        return NetworkNamespace.getDefaultInstance();
    }

    @Override
    public boolean accepts(OwnNamespace namespace, CaptureContext context) {
        return namespace.sort() == NamespaceSort.NETWORK;
    }

    @Override
    public NetworkNamespace capture(OwnNamespace namespace, CaptureContext context) {
        List<String> addresses = found(ADDRESS, namespace, "net/fib_trie");
        found(INTERFACE, namespace, "net/dev").stream()
                .filter(name -> !name.equals(LOOPBACK))
                .forEach(name -> refuse(namespace, context, "interface " + name));
        addresses.stream()
                .filter(address -> !address.startsWith("127.") && !address.equals("0.0.0.0"))
                .forEach(address -> refuse(namespace, context, "address " + address));
        context.warn("net namespace " + namespace.name()
                + ": should there be settings (sysctl net.*) or rules of packet filters in it, they are not carried");
        return NetworkNamespace.newBuilder()
                .addAllMembers(namespace.innerPids())
                .setLoopbackUp(addresses.contains("127.0.0.1"))
                .build();
    }

    @Override
    public void plan(ObjectId id, NetworkNamespace state, PlanContext plan) {
        Passage passage = new Passage(NamespaceSort.NETWORK, id, plan);
        passage.make(steps -> {
            if (state.getLoopbackUp()) {
                bringUp(steps);
            }
        });
        passage.admit(state.getMembersList());
    }

    private static List<String> found(Pattern pattern, OwnNamespace namespace, String table) {
        return pattern.matcher(namespace.first().text(table))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static void refuse(OwnNamespace namespace, CaptureContext context, String what) {
        context.refuse(
                namespace.first().pid(),
                "net namespace " + namespace.name(),
                what + " is not carried",
                "run the job in the network of the node, or with nothing but the loopback interface (unshare -n)");
    }

    /** Addresses and routes of the loopback interface come with it. */
    private static void bringUp(Steps steps) {
        Operand none = Operand.of(0);
        Slot socket = steps.call(
                "any socket",
                SystemCall.SOCKET,
                Operand.named(IPV4, "AF_INET"),
                Operand.named(DATAGRAMS, "SOCK_DGRAM"),
                none);
        byte[] request = ByteBuffer.allocate(REQUEST_BYTES)
                .order(ByteOrder.nativeOrder())
                .put(LOOPBACK.getBytes(StandardCharsets.US_ASCII))
                .putShort(NAME_BYTES, UP)
                .array();
        Operand up = Data.struct(request, "{lo, IFF_UP}").address();
        steps.call(SystemCall.IOCTL, socket, Operand.named(0x8914, "SIOCSIFFLAGS"), up);
        steps.call(SystemCall.CLOSE, socket);
    }
}
