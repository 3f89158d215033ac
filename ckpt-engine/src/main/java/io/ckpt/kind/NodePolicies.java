package io.ckpt.kind;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.Answer;
import io.ckpt.freeze.Inquiry;
import io.ckpt.freeze.NodeNames;
import io.ckpt.image.v1.MemoryPolicy;
import io.ckpt.kernel.SystemCall;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/** The memory nodes that threads and mappings want their pages from; see get_mempolicy(2). */
public final class NodePolicies {
    private static final int OF_ADDRESS = 1 << 1;
    private static final int NODES = 1024;
    private static final int MASK_BYTES = NODES / Byte.SIZE;
    private static final int MASK_OFFSET = Long.BYTES;
    private static final int MODE_FLAGS = 0xe000;
    private static final String[] MODES = {
        "MPOL_DEFAULT",
        "MPOL_PREFERRED",
        "MPOL_BIND",
        "MPOL_INTERLEAVE",
        "MPOL_LOCAL",
        "MPOL_PREFERRED_MANY",
        "MPOL_WEIGHTED_INTERLEAVE"
    };

    private NodePolicies() {}

    public static Inquiry ofThread() {
        return inquiry(0, 0);
    }

    public static Inquiry ofMapping(long address) {
        return inquiry(address, OF_ADDRESS);
    }

    /** What came of one of the inquiries; a kernel that knows no nodes has the default. */
    public static MemoryPolicy told(Answer answer) {
        if (answer.result() < 0) {
            return MemoryPolicy.getDefaultInstance();
        }
        byte[] mask = Arrays.copyOfRange(answer.bytes(), MASK_OFFSET, MASK_OFFSET + MASK_BYTES);
        return MemoryPolicy.newBuilder()
                .setMode(answer.intValue())
                .setNodes(ByteString.copyFrom(BitSet.valueOf(mask).toByteArray()))
                .build();
    }

    public static boolean isDefault(MemoryPolicy policy) {
        return policy.getMode() == 0;
    }

    public static void setOfThread(Steps steps, MemoryPolicy policy) {
        steps.expect(
                Word.Expect.ANYTHING, // a wish: where the nodes are not to be had, see warning
                SystemCall.SET_MEMPOLICY,
                mode(policy),
                nodes(policy),
                Operand.of(NODES + 1));
    }

    public static void setOfMapping(Steps steps, long start, long end, MemoryPolicy policy) {
        steps.expect(
                Word.Expect.ANYTHING,
                SystemCall.MBIND,
                Operand.hex(start),
                Operand.of(end - start),
                mode(policy),
                nodes(policy),
                Operand.of(NODES + 1),
                Operand.of(0));
    }

    /** Told once for all that want the same. */
    public static Optional<String> warning(MemoryPolicy policy, NodeNames node) {
        BitSet lacking = BitSet.valueOf(policy.getNodes().toByteArray());
        if (lacking.isEmpty()) {
            return Optional.empty();
        }
        here(node.text("/sys/devices/system/node/has_memory").strip()).stream().forEach(lacking::clear);
        return lacking.isEmpty()
                ? Optional.empty()
                : Optional.of("the job wants memory of NUMA nodes " + lacking + ", which are not to be had here");
    }

    private static BitSet here(String ranges) {
        BitSet nodes = new BitSet();
        for (String range : ranges.split(",")) {
            String[] ends = range.split("-");
            nodes.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
        }
        return nodes;
    }

    private static Inquiry inquiry(long address, int flags) {
        return Inquiry.filling(MASK_OFFSET + MASK_BYTES, SystemCall.GET_MEMPOLICY, room ->
                new long[] {room, room + MASK_OFFSET, NODES, address, flags});
    }

    private static Operand mode(MemoryPolicy policy) {
        int mode = policy.getMode() & ~MODE_FLAGS;
        int flags = policy.getMode() & MODE_FLAGS;
        String name = mode < MODES.length ? MODES[mode] : Integer.toString(mode);
        return Operand.named(policy.getMode(), flags == 0 ? name : name + "|0x" + Integer.toHexString(flags));
    }

    private static Operand nodes(MemoryPolicy policy) {
        if (policy.getNodes().isEmpty()) {
            return Operand.named(0, "NULL");
        }
        ByteBuffer mask = ByteBuffer.allocate(MASK_BYTES + Long.BYTES).order(ByteOrder.nativeOrder());
        mask.put(policy.getNodes().toByteArray());
        return Data.struct(
                        mask.array(),
                        BitSet.valueOf(policy.getNodes().toByteArray()).toString())
                .address();
    }
}
