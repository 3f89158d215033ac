package io.ckpt.kind;

import io.ckpt.kernel.NamespaceSort;
import io.ckpt.place.ClockOffsets;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.util.Optional;
import java.util.function.Consumer;

/** Where a kind appends its words. Stages run in this order; each is described in the design document, section 7. */
public interface PlanContext {
    /**
     * Nursery: objects made once, before the first fork, by the restorer as root. Paths are resolved in the job's root;
     * {@link #asOwner} must enclose whatever opens a path.
     */
    Steps create(String origin);

    /** Nursery: relations between objects and their queued data. Every object has been made. */
    Steps connect(String origin);

    /** Nursery: what must wait until the engine has filled the files named to {@link #fillContent}. */
    Steps filled(String origin);

    /** In a session leader: it has its session, and forks who is born into it next. The nursery is open. */
    Steps session(int innerPid, String origin);

    /** In the process: descriptors have their final numbers next. */
    Steps install(int innerPid, String origin);

    /** In the process: mappings; pages come after it. */
    Steps map(int innerPid, String origin);

    /** In the process, after its pages came: what needs final descriptors and memory. */
    Steps arm(int innerPid, String origin);

    /** In one thread: what belongs to it alone. */
    Steps armThread(int innerTid, String origin);

    /**
     * Takes a fresh descriptor into the nursery under a high number that is known at once, closes the low one, and makes
     * it known as {@code id}. The number may be used in paths: {@code /proc/self/fd/N}.
     */
    Operand adopt(Steps steps, ObjectId id, Operand descriptor);

    /** The nursery descriptor of a file; for use in {@link #connect} and later stages up to install. */
    Operand descriptor(ObjectId id);

    /** Lowest descriptor number of the nursery proper; everything the job holds in the end lies below. */
    int nurseryBase();

    /** True when a file of the nursery lies under this number below the base: the one that the job has there in the end. */
    boolean isNursery(int number);

    /** True when {@link #adopt} has been called for the object. */
    boolean isMade(ObjectId id);

    /** Every place where a file will be open in the end, in order of processes and numbers. */
    java.util.List<Place> places(ObjectId id);

    /** The engine fills the file behind {@code id} with the content kept under it, before anything maps or reads it. */
    void fillContent(ObjectId id);

    /** What a process calls a task or a process group; 0 where its pid namespace does not know it. */
    default int seenBy(int innerPid, int id) {
        return id;
    }

    /** The namespace of a sort that the object is in, or its process lives in, where that is the job's own. */
    default Optional<ObjectId> around(NamespaceSort sort) {
        return Optional.empty();
    }

    /** Starts a process that helps to make an object, with a program of its own; the slot holds its pid. */
    Slot fork(Steps steps, String name, Consumer<Steps> program);

    /**
     * Runs what {@code opens} appends with the file-system identity of the job's owner, so that root's rights open nothing,
     * and in the object's mount namespace.
     */
    void asOwner(Steps steps, Runnable opens);

    /** Plans once every object has been planned: every file has its {@link #descriptor} then. */
    void later(Runnable plans);

    RestartOptions options();

    /** What the job's time namespace adds to the clocks of the node. */
    ClockOffsets clocks();

    /** Whom the words of a file speak for: {@code pid 4711, fd 12 [eventfd]}. */
    default String origin(ObjectId id, String kind) {
        String file = places(id).stream()
                .findFirst()
                .map(place -> "pid " + place.innerPid() + ", fd " + place.number())
                .orElse(id.value());
        return file + " [" + kind + "]";
    }

    /** A descriptor number in a process. */
    record Place(int innerPid, int number) {}
}
