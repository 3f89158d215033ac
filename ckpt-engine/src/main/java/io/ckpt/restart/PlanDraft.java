package io.ckpt.restart;

import io.ckpt.image.v1.Credentials;
import io.ckpt.image.v1.DescriptorTable;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.NamespaceCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.PidNumbers;
import io.ckpt.kind.PlanContext;
import io.ckpt.kind.RestartOptions;
import io.ckpt.place.ClockOffsets;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Program;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What the kinds write into while a plan grows. */
final class PlanDraft implements PlanContext {
    private static final int O_CLOEXEC = 02000000;

    private final RestartOptions options;
    private final ClockOffsets clocks;
    private final Credentials owner;
    private final Map<ObjectId, List<Place>> places;
    private final ResidentFiles residents;
    private final int nurseryBase;
    private int nurserySize;
    private final Map<ObjectId, Operand> descriptors = new LinkedHashMap<>();
    private final Set<ObjectId> contents = new LinkedHashSet<>();
    private final List<Runnable> later = new ArrayList<>();
    private final Fragments nursery = new Fragments("restorer");
    private final Map<Fragments.Stage, Whereabouts> whereabouts = new EnumMap<>(Fragments.Stage.class);
    private List<ObjectId> around = List.of();
    private final PidNumbers pids;
    private final Iterator<Integer> helperPids;
    private final List<Program> helpers = new ArrayList<>();
    private final Map<Integer, Fragments> processes = new LinkedHashMap<>();
    private final Map<Integer, Fragments> threads = new LinkedHashMap<>();

    /** @param helperPids pids that nobody of the job has */
    PlanDraft(
            RestartOptions options,
            ClockOffsets clocks,
            Credentials owner,
            Map<Integer, DescriptorTable> tables,
            PidNumbers pids,
            Iterator<Integer> helperPids) {
        this.pids = pids;
        this.helperPids = helperPids;
        this.options = options;
        this.clocks = clocks;
        this.owner = owner;
        this.places = places(tables);
        this.residents = ResidentFiles.of(places);
        this.nurseryBase = places.values().stream()
                        .flatMap(List::stream)
                        .mapToInt(Place::number)
                        .max()
                        .orElse(3)
                + 8;
    }

    @Override
    public int nurseryBase() {
        return nurseryBase;
    }

    @Override
    public boolean isNursery(int number) {
        return residents.isAt(number);
    }

    ResidentFiles residents() {
        return residents;
    }

    Set<ObjectId> filesOf(int innerPid) {
        return places.entrySet().stream()
                .filter(file -> file.getValue().stream().anyMatch(place -> place.innerPid() == innerPid))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    Set<ObjectId> contents() {
        return contents;
    }

    int nurseryNumber(ObjectId id) {
        return (int) ((Operand.Immediate) descriptor(id)).value();
    }

    Fragments nursery() {
        return nursery;
    }

    Fragments process(int innerPid) {
        return processes.computeIfAbsent(innerPid, pid -> new Fragments("pid " + pid));
    }

    Fragments thread(int innerTid) {
        return threads.computeIfAbsent(innerTid, tid -> new Fragments("tid " + tid));
    }

    @Override
    public Steps create(String origin) {
        return inNursery(Fragments.Stage.CREATE, origin);
    }

    @Override
    public Steps connect(String origin) {
        return inNursery(Fragments.Stage.CONNECT, origin);
    }

    @Override
    public Steps filled(String origin) {
        return inNursery(Fragments.Stage.FILLED, origin);
    }

    /** Wherever an object of another namespace left the restorer, this one finds it in its own. */
    private Steps inNursery(Fragments.Stage stage, String origin) {
        Steps steps = nursery.at(stage, origin);
        whereabouts.computeIfAbsent(stage, any -> new Whereabouts(this)).enter(steps, around);
        return steps;
    }

    @Override
    public Steps session(int innerPid, String origin) {
        return process(innerPid).at(Fragments.Stage.SESSION, origin);
    }

    @Override
    public Steps install(int innerPid, String origin) {
        return process(innerPid).at(Fragments.Stage.INSTALL, origin);
    }

    @Override
    public Steps map(int innerPid, String origin) {
        return process(innerPid).at(Fragments.Stage.MAP, origin);
    }

    @Override
    public Steps arm(int innerPid, String origin) {
        return process(innerPid).at(Fragments.Stage.ARM, origin);
    }

    @Override
    public Steps armThread(int innerTid, String origin) {
        return thread(innerTid).at(Fragments.Stage.ARM_THREAD, origin);
    }

    @Override
    public Operand adopt(Steps steps, ObjectId id, Operand descriptor) {
        int number = residents.numberOf(id).orElseGet(() -> nurseryBase + nurserySize++);
        Operand high = Operand.named(number, number + "/" + id);
        steps.call(SystemCall.DUP3, descriptor, high, Operand.named(O_CLOEXEC, "O_CLOEXEC"));
        steps.call(SystemCall.CLOSE, descriptor);
        descriptors.put(id, high);
        return high;
    }

    @Override
    public Operand descriptor(ObjectId id) {
        Operand descriptor = descriptors.get(id);
        if (descriptor == null) {
            throw new IllegalStateException(id + " is used before it is made");
        }
        return descriptor;
    }

    @Override
    public boolean isMade(ObjectId id) {
        return descriptors.containsKey(id);
    }

    @Override
    public List<Place> places(ObjectId id) {
        return places.getOrDefault(id, List.of());
    }

    @Override
    public void fillContent(ObjectId id) {
        contents.add(id);
    }

    /** Groups that the restorer was started with must open nothing; what it forks inherits the owner's instead. */
    void takeOwnersGroups(Steps steps) {
        List<Integer> groups = owner.getGroupsList();
        ByteBuffer list =
                ByteBuffer.allocate(Math.max(1, groups.size()) * Integer.BYTES).order(ByteOrder.nativeOrder());
        groups.forEach(list::putInt);
        Data data = Data.struct(list.array(), groups.toString());
        steps.call(SystemCall.SETGROUPS, Operand.of(groups.size()), data.address());
    }

    @Override
    public void asOwner(Steps steps, Runnable opens) {
        if (!nursery.holds(steps) && around(NamespaceSort.USER).isPresent()) {
            opens.run(); // whoever lives there is his owner by then
            return;
        }
        Optional<ObjectId> mounts = nursery.holds(steps) ? around(NamespaceSort.MOUNT) : Optional.empty();
        mounts.ifPresent(own -> NamespaceCalls.enter(steps, this, own));
        asOwnerThere(steps, opens);
        mounts.ifPresent(own -> NamespaceCalls.enter(steps, this, OwnNamespace.ofPlace(NamespaceSort.MOUNT)));
    }

    private void asOwnerThere(Steps steps, Runnable opens) {
        steps.call(SystemCall.SETFSGID, Operand.of(owner.getFilesystemGid()));
        steps.call(SystemCall.SETFSUID, Operand.of(owner.getFilesystemUid()));
        opens.run();
        steps.call(SystemCall.SETFSUID, Operand.of(0));
        steps.call(SystemCall.SETFSGID, Operand.of(0));
    }

    @Override
    public int seenBy(int innerPid, int id) {
        return pids.seenBy(innerPid, id);
    }

    @Override
    public Optional<ObjectId> around(NamespaceSort sort) {
        return OwnNamespace.ofSort(sort, around);
    }

    @Override
    public Slot fork(Steps steps, String name, Consumer<Steps> program) {
        Program helper = new Program(name);
        helpers.add(helper);
        program.accept(new Steps(helper, name));
        return steps.fork(helper, helperPids.next());
    }

    List<Program> helpers() {
        return helpers;
    }

    /** @param namespaces of the job's own that an object is made in */
    void within(List<ObjectId> namespaces, Runnable plans) {
        around = namespaces;
        plans.run();
        around = List.of();
    }

    @Override
    public void later(Runnable plans) {
        List<ObjectId> namespaces = around;
        later.add(() -> within(namespaces, plans));
    }

    /** Once all objects have been planned. */
    void planRest() {
        later.forEach(Runnable::run);
        whereabouts.keySet().forEach(stage -> inNursery(stage, "restorer"));
    }

    @Override
    public RestartOptions options() {
        return options;
    }

    @Override
    public ClockOffsets clocks() {
        return clocks;
    }

    private static Map<ObjectId, List<Place>> places(Map<Integer, DescriptorTable> tables) {
        Map<ObjectId, List<Place>> places = new LinkedHashMap<>();
        tables.forEach((pid, table) -> table.getDescriptorsList()
                .forEach(each -> places.computeIfAbsent(new ObjectId(each.getFileId()), id -> new ArrayList<>())
                        .add(new Place(pid, each.getNumber()))));
        return places;
    }
}
