package io.ckpt.kind.namespace;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.FrozenThread;
import io.ckpt.freeze.UserNamespace;
import io.ckpt.image.v1.UserNamespaceState;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.NamespaceCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.util.List;
import java.util.Optional;

/**
 * Who is who in a user namespace. A process enters it with its credentials, see CredentialsKind: before, it would lack the
 * rights that a restart takes.
 */
public final class UserNamespaceKind implements ObjectKind<OwnNamespace, UserNamespaceState> {
    private static final Operand AS_IT_IS = Operand.named(0xffff_ffffL, "-1");

    @Override
    public String name() {
        return "user-namespace";
    }

    @Override
    public UserNamespaceState emptyState() {
        return UserNamespaceState.getDefaultInstance();
    }

    @Override
    public boolean accepts(OwnNamespace namespace, CaptureContext context) {
        return namespace.sort() == NamespaceSort.USER;
    }

    @Override
    public UserNamespaceState capture(OwnNamespace namespace, CaptureContext context) {
        namespace.members().forEach(process -> refuseDifferences(process, namespace, context));
        UserNamespace facts = namespace.users().get(0);
        List<UserNamespace> parents =
                namespace.users().subList(1, namespace.users().size());
        IdMap groups = parents.isEmpty() ? IdMap.NONE : IdMap.of(parents.get(0).gidMap());
        return UserNamespaceState.newBuilder()
                .setOwnerUid(IdMap.inside(facts.owner(), parents))
                .setOwnerGid(groups.firstInner())
                .setUidMap(facts.uidMap())
                .setGidMap(facts.gidMap())
                .setGroupsDenied(facts.groupsDenied())
                .build();
    }

    /** The whole process enters with the credentials of its first thread. */
    private static void refuseDifferences(FrozenProcess process, OwnNamespace namespace, CaptureContext context) {
        long identities = process.threads().stream()
                .map(FrozenThread::procStatus)
                .map(status -> List.of(status.uid(), status.gid(), status.groups()))
                .distinct()
                .count();
        if (identities > 1 || process.threads().get(0).tid() != process.pid()) {
            context.refuse(
                    process.pid(),
                    "user namespace " + namespace.name(),
                    "threads of a process in it are different users, or its first thread has ended",
                    "run that program without a user namespace");
        }
    }

    @Override
    public void plan(ObjectId id, UserNamespaceState state, PlanContext plan) {
        Steps create = plan.create(id.value());
        Maker maker = Maker.begin(create, plan, id.value(), (child, directory) -> {
            Optional<ObjectId> parent = plan.around(NamespaceSort.USER);
            Slot made = Events.make(child, "unshared");
            Slot writer = plan.fork(child, "writer of the maps of " + id, other -> {
                parent.ifPresent(around -> enter(other, around, state, plan));
                Events.await(other, made);
                writeMaps(other, directory, state);
            });
            parent.ifPresent(around -> enter(child, around, state, plan)); // where nobody could number the writer
            child.call(SystemCall.SETRESUID, AS_IT_IS, Operand.of(state.getOwnerUid()), AS_IT_IS);
            child.call(SystemCall.UNSHARE, NamespaceCalls.flag(NamespaceSort.USER));
            Events.tell(child, made);
            child.add(new Word.Await(writer));
        });
        maker.adopt(NamespaceSort.USER, id);
        maker.dismiss();
    }

    /** With a group that exists there, as the maker of a user namespace must have. */
    private static void enter(Steps child, ObjectId parent, UserNamespaceState state, PlanContext plan) {
        NamespaceCalls.enter(child, plan, parent);
        Operand group = Operand.of(state.getOwnerGid());
        child.call(SystemCall.SETRESGID, group, group, group);
    }

    /** Only from the very namespace around it. */
    private static void writeMaps(Steps steps, Slot directory, UserNamespaceState state) {
        if (state.getGroupsDenied()) {
            write(steps, directory, "setgroups", "deny");
        }
        write(steps, directory, "gid_map", state.getGidMap());
        write(steps, directory, "uid_map", state.getUidMap());
        steps.call(SystemCall.EXIT_GROUP, Operand.of(0));
    }

    private static void write(Steps steps, Slot directory, String name, String text) {
        Operand write = Operand.named(OpenFlags.WRONLY, "O_WRONLY");
        Slot file = steps.call(name, SystemCall.OPENAT, directory, Operand.text(name), write);
        Word.Expect all = Word.Expect.exactly(text.length());
        steps.expect(all, SystemCall.WRITE, file, Operand.text(text), Operand.of(text.length()));
        steps.call(SystemCall.CLOSE, file);
    }
}
