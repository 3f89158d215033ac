package io.ckpt.kind;

import com.google.protobuf.Message;
import io.ckpt.freeze.Inquiry;
import java.util.List;

/**
 * One kind of kernel object: how to read it from a frozen job, and which system calls make it again.
 *
 * @param <T> what a frozen job shows of it: StolenFile, FrozenProcess, FrozenThread
 * @param <S> what an image keeps of it
 */
public interface ObjectKind<T, S extends Message> {
    /** Name in the image and in messages: {@code pipe}. Never changes once released. */
    String name();

    /** An empty state, by which the image finds the message type. */
    S emptyState();

    /** True when the object is of this kind. The first kind of the registry that says so gets it. */
    boolean accepts(T object, CaptureContext context);

    /** What {@link #capture} will ask of a process or thread; told before, so that all of a job are asked at once. */
    default List<Inquiry> inquiries(T object) {
        return List.of();
    }

    /** Whether others could tell that an object was captured: it is when all else has been. */
    default boolean isFelt() {
        return false;
    }

    /**
     * The frozen side: only through ports. What cannot be carried is told to {@link CaptureContext#refuse}; the state
     * returned then is never stored.
     */
    S capture(T object, CaptureContext context);

    /** The restart side: pure; appends words to stages. */
    void plan(ObjectId id, S state, PlanContext plan);
}
