package io.ckpt.restart;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.v1.ObjectState;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The captured objects of an image, by type and by kind, in the order of the image. */
final class Objects {
    private final Map<String, List<ObjectState>> byType;
    private final Map<String, List<ObjectState>> byKind;
    private final Map<ObjectId, List<ObjectId>> around = new HashMap<>();

    Objects(List<ObjectState> states) {
        this.byType = states.stream()
                .collect(Collectors.groupingBy(state -> state.getState().getTypeUrl()));
        states.stream()
                .filter(state -> state.getNamespacesCount() > 0)
                .forEach(state -> around.put(new ObjectId(state.getId()), ids(state.getNamespacesList())));
        this.byKind = states.stream().collect(Collectors.groupingBy(ObjectState::getKind));
    }

    /** Namespaces of the job's own that an object is made in. */
    List<ObjectId> around(ObjectId id) {
        return around.getOrDefault(id, List.of());
    }

    <S extends Message> Map<ObjectId, S> of(Class<S> type) {
        Map<ObjectId, S> found = new LinkedHashMap<>();
        byType.values().stream()
                .filter(states -> states.get(0).getState().is(type))
                .forEach(states -> found.putAll(unpacked(states, type)));
        return found;
    }

    <S extends Message> Map<ObjectId, S> of(ObjectKind<?, S> kind) {
        @SuppressWarnings("unchecked")
        Class<S> type = (Class<S>) kind.emptyState().getClass();
        return unpacked(byKind.getOrDefault(kind.name(), List.of()), type);
    }

    private static <S extends Message> Map<ObjectId, S> unpacked(List<ObjectState> states, Class<S> type) {
        Map<ObjectId, S> found = new LinkedHashMap<>();
        states.forEach(state -> found.put(new ObjectId(state.getId()), unpack(state.getState(), type)));
        return found;
    }

    private static List<ObjectId> ids(List<String> values) {
        return values.stream().map(ObjectId::new).toList();
    }

    private static <S extends Message> S unpack(Any state, Class<S> type) {
        try {
            return state.unpack(type);
        } catch (InvalidProtocolBufferException damaged) {
            throw new Fault(
                    FaultCode.IMAGE_DAMAGED,
                    "an object of the image is not a " + type.getSimpleName(),
                    "restart from an older checkpoint",
                    damaged);
        }
    }
}
