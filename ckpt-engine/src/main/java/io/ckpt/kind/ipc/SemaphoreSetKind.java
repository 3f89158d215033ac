package io.ckpt.kind.ipc;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.IpcObject;
import io.ckpt.freeze.NodeNames;
import io.ckpt.freeze.SemaphoreSet;
import io.ckpt.image.v1.SystemVSemaphores;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.NodeExpectation;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A set of System V semaphores, under its id and key, with what processes give back when they end (SEM_UNDO). Those take
 * and give at once as much as they owe; who operated last does so last, for that is all that shows whose the set is.
 */
public final class SemaphoreSetKind
        implements ObjectKind<IpcObject, SystemVSemaphores>, NodeExpectation<SystemVSemaphores> {
    private static final Operand SET_ALL = Operand.named(17, "SETALL");
    private static final Operand NOTHING = Operand.named(0, "NULL");

    @Override
    public String name() {
        return "semaphore-set";
    }

    @Override
    public SystemVSemaphores emptyState() {
        return SystemVSemaphores.getDefaultInstance();
    }

    @Override
    public boolean accepts(IpcObject object, CaptureContext context) {
        return object instanceof SemaphoreSet && Users.isOfJob(object, context);
    }

    @Override
    public SystemVSemaphores capture(IpcObject object, CaptureContext context) {
        Users.refuseOutside(object, context);
        SemaphoreSet set = (SemaphoreSet) object;
        List<Integer> values = set.values();
        SystemVSemaphores.Builder state = SystemVSemaphores.newBuilder()
                .setId(set.entry().id())
                .setKey(set.entry().key())
                .setMode(set.entry().mode())
                .setUid(set.entry().uid())
                .setGid(set.entry().gid())
                .addAllValues(values)
                .addAllLastUsers(lastUsers(set, context));
        for (FrozenProcess process : Users.living(context)) {
            new UndoAmounts(process, set, context).ask(values).forEach((number, amount) -> state.addUndosBuilder()
                    .setPid(process.innerPid())
                    .setNumber(number)
                    .setAmount(amount));
        }
        if (!set.values().equals(values)) {
            context.refuse(
                    Users.living(context).get(0).pid(),
                    set.name(),
                    "somebody outside the job works with it",
                    "checkpoint that process with it");
        }
        return state.build();
    }

    @Override
    public void plan(ObjectId id, SystemVSemaphores state, PlanContext plan) {
        String origin = id + " [System V semaphore set " + state.getId() + "]";
        make(plan.create(origin), state);
        for (SystemVSemaphores.Undo undo : state.getUndosList()) {
            SemaphoreOperations.owing(state.getValues(undo.getNumber()), undo.getNumber(), undo.getAmount())
                    .append(plan.map(undo.getPid(), origin), state.getId());
        }
        for (int number = 0; number < state.getValuesCount(); number++) {
            int user = state.getLastUsers(number);
            if (user != 0) {
                SemaphoreOperations.upAndDown(state.getValues(number), number)
                        .append(plan.arm(user, origin), state.getId());
            }
        }
    }

    /** What this very job left on the node, and nobody uses, the plan removes. */
    @Override
    public Optional<String> obstacle(SystemVSemaphores state, NodeNames node) {
        return Identifiers.taken(SemaphoreSet.class, entry(state), node)
                .map(there -> "System V semaphore set " + state.getId() + " (key 0x"
                        + Integer.toHexString(state.getKey()) + ") cannot be made: " + there
                        + " (end what uses it, then ipcrm -s "
                        + state.getId() + ")");
    }

    /** One of the job for each semaphore, lest the set belongs to nobody when the job is back. */
    private static IpcObject.Entry entry(SystemVSemaphores state) {
        return new IpcObject.Entry(state.getId(), state.getKey(), state.getMode(), state.getUid(), state.getGid());
    }

    private static List<Integer> lastUsers(SemaphoreSet set, CaptureContext context) {
        List<Integer> users = set.lastUsers().stream()
                .map(pid -> Users.innerPid(pid, context))
                .toList();
        if (users.stream().anyMatch(user -> user != 0)) {
            return users;
        }
        return users.stream().map(none -> Users.anyInnerPid(context)).toList();
    }

    private static void make(Steps create, SystemVSemaphores state) {
        Operand set = Operand.of(state.getId());
        Operand first = Operand.of(0);
        create.expect(Word.Expect.ANYTHING, SystemCall.SEMCTL, set, first, Identifiers.REMOVE, NOTHING); // see obstacle
        Identifiers.choose(create, "sem", state.getId());
        create.expect(
                Word.Expect.exactly(state.getId()),
                SystemCall.SEMGET,
                Operand.hex(Integer.toUnsignedLong(state.getKey())),
                Operand.of(state.getValuesCount()),
                Identifiers.make(state.getMode()));
        Data owner = Identifiers.owner(state.getUid(), state.getGid(), state.getMode());
        create.call(SystemCall.SEMCTL, set, first, Identifiers.SET, owner.address());
        create.call(SystemCall.SEMCTL, set, first, SET_ALL, values(state).address());
    }

    private static Data values(SystemVSemaphores state) {
        ByteBuffer values =
                ByteBuffer.allocate(state.getValuesCount() * Short.BYTES).order(ByteOrder.nativeOrder());
        IntStream.range(0, state.getValuesCount()).forEach(number -> values.putShort((short) state.getValues(number)));
        return Data.struct(values.array(), state.getValuesList().toString());
    }
}
