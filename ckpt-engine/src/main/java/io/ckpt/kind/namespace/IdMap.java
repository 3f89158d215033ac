package io.ckpt.kind.namespace;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.UserNamespace;
import java.util.List;
import java.util.stream.Stream;

/** {@code uid_map} of a user namespace: which ids of its parent it has, and as what. */
record IdMap(List<Range> ranges) {
    static final IdMap NONE = new IdMap(List.of());

    record Range(long inner, long outer, long length) {
        boolean holds(long id) {
            return id >= outer && id < outer + length;
        }
    }

    static IdMap of(String text) {
        return new IdMap(text.lines().map(IdMap::range).toList());
    }

    private static Range range(String line) {
        long[] numbers =
                Stream.of(line.strip().split(" +")).mapToLong(Long::parseLong).toArray();
        return new Range(numbers[0], numbers[1], numbers[2]);
    }

    /** Some id that exists inside; 0 where nothing is mapped. */
    int firstInner() {
        return ranges.isEmpty() ? 0 : (int) ranges.get(0).inner();
    }

    /**
     * What a uid of this node is called in nested namespaces.
     *
     * @param namespaces from the inside out
     */
    static int inside(int uid, List<UserNamespace> namespaces) {
        long id = Integer.toUnsignedLong(uid);
        for (int i = namespaces.size() - 1; i >= 0; i--) {
            id = of(namespaces.get(i).uidMap()).inner(id);
        }
        return (int) id;
    }

    private long inner(long id) {
        return ranges.stream()
                .filter(range -> range.holds(id))
                .map(range -> range.inner() + id - range.outer())
                .findFirst()
                .orElseThrow(() -> new Fault(
                        FaultCode.UNSUPPORTED_OBJECT,
                        "uid " + id + " made a user namespace within one that does not know it",
                        "run the program without nested user namespaces"));
    }
}
