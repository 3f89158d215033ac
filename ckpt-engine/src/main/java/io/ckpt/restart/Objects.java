package io.ckpt.restart;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.image.v1.ObjectState;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The captured objects of an image, by type and by kind, in the order of the image. */
final class Objects {
    private final List<ObjectState> states;

    Objects(List<ObjectState> states) {
        this.states = states;
    }

    <S extends Message> Map<ObjectId, S> of(Class<S> type) {
        Map<ObjectId, S> found = new LinkedHashMap<>();
        for (ObjectState object : states) {
            if (object.getState().is(type)) {
                found.put(new ObjectId(object.getId()), unpack(object.getState(), type));
            }
        }
        return found;
    }

    <S extends Message> Map<ObjectId, S> of(ObjectKind<?, S> kind) {
        @SuppressWarnings("unchecked")
        Class<S> type = (Class<S>) kind.emptyState().getClass();
        Map<ObjectId, S> found = new LinkedHashMap<>();
        for (ObjectState object : states) {
            if (object.getKind().equals(kind.name())) {
                found.put(new ObjectId(object.getId()), unpack(object.getState(), type));
            }
        }
        return found;
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
