package io.ckpt.kind.file;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.EventPoll;
import io.ckpt.image.v1.EventPoll.Watch;
import io.ckpt.kernel.EpollEvents;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.Description;
import io.ckpt.kind.FileCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.procfs.FdInfo.EpollTarget;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An instance of epoll(7). What it watches is a file under the number it had when it was added, so the set is filled in
 * a process that has the file under that number.
 */
public final class EventPollKind implements ObjectKind<StolenFile, EventPoll> {
    private static final Operand ADD = Operand.named(1, "EPOLL_CTL_ADD");
    private static final int EVENT_BYTES = 12;

    @Override
    public String name() {
        return "epoll";
    }

    @Override
    public EventPoll emptyState() {
        return EventPoll.getDefaultInstance();
    }

    @Override
    public boolean accepts(StolenFile file, CaptureContext context) {
        return file.link().equals("anon_inode:[eventpoll]");
    }

    @Override
    public EventPoll capture(StolenFile file, CaptureContext context) {
        Description description = Description.of(file);
        return EventPoll.newBuilder()
                .setFlags(description.flags())
                .addAllWatches(watches(file, description.info().epollTargets(), context))
                .build();
    }

    @Override
    public void plan(ObjectId id, EventPoll state, PlanContext plan) {
        Steps create = plan.create(plan.origin(id, name()));
        Slot made = create.call(id.value(), SystemCall.EPOLL_CREATE1, Operand.of(0));
        FileCalls.setFlags(create, made, OpenFlags.RDWR, state.getFlags());
        plan.adopt(create, id, made);
        for (Watch watch : state.getWatchesList()) {
            add(plan.arm(watch.getPid(), plan.origin(id, name())), numberIn(watch.getPid(), id, plan), watch);
        }
    }

    private static List<Watch> watches(StolenFile file, List<EpollTarget> targets, CaptureContext context) {
        Set<Integer> holders = holders(file, context);
        Map<Integer, Integer> seen = new HashMap<>();
        List<Watch> watches = new ArrayList<>();
        for (EpollTarget target : targets) {
            int ordinal = seen.merge(target.descriptor(), 1, Integer::sum) - 1;
            Optional<StolenFile> watched = context.files().stream()
                    .filter(other -> other.number() == target.descriptor())
                    .filter(other -> holders.contains(other.process().pid()))
                    .filter(other -> file.watches(target.descriptor(), ordinal, other))
                    .findFirst();
            watched.ifPresentOrElse(
                    found -> watches.add(watch(found, target, context)), () -> refuse(file, target, context));
        }
        return watches;
    }

    private static Set<Integer> holders(StolenFile file, CaptureContext context) {
        return context.files().stream()
                .filter(other -> other.description() == file.description())
                .map(other -> other.process().pid())
                .collect(Collectors.toSet());
    }

    private static Watch watch(StolenFile watched, EpollTarget target, CaptureContext context) {
        return Watch.newBuilder()
                .setFileId(context.id(watched).value())
                .setNumber(target.descriptor())
                .setPid(watched.process().innerPid())
                .setEvents(target.events())
                .setData(target.data())
                .build();
    }

    private static void refuse(StolenFile file, EpollTarget target, CaptureContext context) {
        Description.refuse(
                file,
                context,
                "it watches what was descriptor " + target.descriptor()
                        + ", which was closed while a duplicate of it lives on",
                "remove a descriptor from the set (EPOLL_CTL_DEL) before closing it");
    }

    private static int numberIn(int pid, ObjectId id, PlanContext plan) {
        return plan.places(id).stream()
                .filter(place -> place.innerPid() == pid)
                .mapToInt(PlanContext.Place::number)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(id + " is not open in pid " + pid));
    }

    private static void add(Steps arm, int number, Watch watch) {
        arm.call(
                SystemCall.EPOLL_CTL,
                Operand.of(number),
                ADD,
                Operand.of(watch.getNumber()),
                event(watch).address());
    }

    /** struct epoll_event, which is packed on x86-64. */
    private static Data event(Watch watch) {
        byte[] event = ByteBuffer.allocate(EVENT_BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(watch.getEvents())
                .putLong(watch.getData())
                .array();
        String text = EpollEvents.text(watch.getEvents()) + ", data=0x" + Long.toHexString(watch.getData());
        return Data.struct(event, "{events=" + text + "}");
    }
}
