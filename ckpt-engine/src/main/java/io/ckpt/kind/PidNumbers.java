package io.ckpt.kind;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.v1.ObjectState;
import io.ckpt.image.v1.PidNamespaceState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What pid namespaces of the job's own call its tasks, process groups and sessions. An id is one in the pid namespace of the job. */
public final class PidNumbers {
    private static final int FIRST = 1;

    private final Map<ObjectId, ObjectId> around = new HashMap<>();
    private final Map<ObjectId, Map<Integer, Integer>> numbers = new LinkedHashMap<>();
    private final Map<Integer, ObjectId> homes = new HashMap<>();

    private PidNumbers(Map<ObjectId, PidNamespaceState> namespaces) {
        namespaces.forEach((id, state) -> {
            if (!state.getAround().isEmpty()) {
                around.put(id, new ObjectId(state.getAround()));
            }
            Map<Integer, Integer> inside = new LinkedHashMap<>();
            state.getNumbersList().forEach(number -> inside.put(number.getId(), number.getInside()));
            numbers.put(id, inside);
        });
        numbers.forEach((namespace, inside) -> inside.keySet()
                .forEach(id -> homes.merge(id, namespace, (one, other) -> isWithin(one, other) ? one : other)));
    }

    /** Of namespaces among the objects of an image. */
    public static PidNumbers in(Collection<ObjectState> objects) {
        Map<ObjectId, PidNamespaceState> namespaces = new LinkedHashMap<>();
        objects.stream()
                .filter(object -> object.getState().is(PidNamespaceState.class))
                .forEach(object -> namespaces.put(new ObjectId(object.getId()), state(object)));
        return new PidNumbers(namespaces);
    }

    /** True for a job that has no pid namespaces of its own. */
    public boolean areNone() {
        return numbers.isEmpty();
    }

    /** The innermost namespace of a task, or of the leader of a group; empty for that of the job. */
    public Optional<ObjectId> home(int id) {
        return Optional.ofNullable(homes.get(id));
    }

    /** The one around a namespace; empty for that of the job. */
    public Optional<ObjectId> around(ObjectId namespace) {
        return Optional.ofNullable(around.get(namespace));
    }

    /** From a namespace outwards, without that of the job. */
    public List<ObjectId> outwards(Optional<ObjectId> namespace) {
        List<ObjectId> found = new ArrayList<>();
        for (Optional<ObjectId> next = namespace; next.isPresent(); next = around(next.get())) {
            found.add(next.get());
        }
        return found;
    }

    /** Its numbers in its own namespace and those around it, the id last. */
    public List<Integer> of(int id) {
        List<Integer> found = new ArrayList<>();
        outwards(home(id)).forEach(namespace -> found.add(numbers.get(namespace).get(id)));
        found.add(id);
        return found;
    }

    /** What a process calls a task or group; 0 where it does not see it. */
    public int seenBy(int process, int id) {
        return home(process).map(home -> numbers.get(home).getOrDefault(id, 0)).orElse(id);
    }

    /** True for the first process of a namespace, with which that ends. */
    public boolean isFirst(int process) {
        return home(process).isPresent() && seenBy(process, process) == FIRST;
    }

    /** The first process of a namespace. */
    public int firstOf(ObjectId namespace) {
        return numbers.get(namespace).entrySet().stream()
                .filter(number -> number.getValue() == FIRST)
                .mapToInt(Map.Entry::getKey)
                .findFirst()
                .orElse(0);
    }

    /** Every number that is in use in a namespace. */
    public Collection<Integer> usedIn(ObjectId namespace) {
        return Set.copyOf(numbers.get(namespace).values());
    }

    private boolean isWithin(ObjectId namespace, ObjectId outer) {
        return outwards(Optional.of(namespace)).contains(outer);
    }

    private static PidNamespaceState state(ObjectState object) {
        try {
            return object.getState().unpack(PidNamespaceState.class);
        } catch (InvalidProtocolBufferException damaged) {
            throw new Fault(
                    FaultCode.IMAGE_DAMAGED,
                    object.getId() + " is not a pid namespace",
                    "restart from an older checkpoint",
                    damaged);
        }
    }
}
