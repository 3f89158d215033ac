package io.ckpt.kind.namespace;

import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.util.function.BiConsumer;

/**
 * A process that makes a namespace within a user namespace, out of which there is no way back. It waits there until the
 * restorer has what it wants of it: its directory in /proc.
 */
final class Maker {
    private static final Operand AT_FDCWD = Operand.named(-100, "AT_FDCWD");

    private final Steps create;
    private final PlanContext plan;
    private final Slot pid;
    private final Slot leave;
    private final Slot directory;

    private Maker(Steps create, PlanContext plan, Slot pid, Slot leave, Slot directory) {
        this.create = create;
        this.plan = plan;
        this.pid = pid;
        this.leave = leave;
        this.directory = directory;
    }

    /** @param work as the maker, whose directory in /proc is given */
    static Maker begin(Steps create, PlanContext plan, String name, BiConsumer<Steps, Slot> work) {
        Slot made = Events.make(create, "made");
        Slot leave = Events.make(create, "leave");
        Operand number = Operand.of(plan.nurseryBase() - 1);
        Slot pid = plan.fork(create, "maker of " + name, child -> {
            Slot own = openAt(child, "own directory", AT_FDCWD, "/proc/self", OpenFlags.DIRECTORY);
            child.call(SystemCall.DUP3, own, number, Operand.of(0));
            work.accept(child, own);
            Events.tell(child, made);
            Events.await(child, leave);
            child.call(SystemCall.EXIT_GROUP, Operand.of(0));
        });
        Events.await(create, made);
        create.call(SystemCall.CLOSE, made);
        Slot process = create.call("maker", SystemCall.PIDFD_OPEN, pid, Operand.of(0));
        Slot directory = create.call("directory", SystemCall.PIDFD_GETFD, process, number, Operand.of(0));
        create.call(SystemCall.CLOSE, process);
        return new Maker(create, plan, pid, leave, directory);
    }

    /** The nursery keeps the maker's namespace open. */
    void adopt(NamespaceSort sort, ObjectId id) {
        plan.adopt(create, id, openAt(create, id.value(), directory, "ns/" + sort.file(), OpenFlags.RDONLY));
    }

    void dismiss() {
        Events.tell(create, leave);
        create.add(new Word.Await(pid));
        create.call(SystemCall.CLOSE, leave);
        create.call(SystemCall.CLOSE, directory);
    }

    private static Slot openAt(Steps steps, String name, Operand where, String path, int flags) {
        Operand how = Operand.named(flags, OpenFlags.text(flags));
        return steps.call(name, SystemCall.OPENAT, where, Operand.text(path), how);
    }
}
