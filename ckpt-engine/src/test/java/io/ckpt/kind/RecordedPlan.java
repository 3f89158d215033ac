package io.ckpt.kind;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kernel.SystemCall;
import io.ckpt.place.ClockOffsets;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Plan;
import io.ckpt.plan.PlanPrinter;
import io.ckpt.plan.Program;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Takes down what a kind plans, stage by stage, so that it can be compared with a text that a reader can follow. */
public final class RecordedPlan implements PlanContext {
    private static final int NURSERY = 100;
    private static final List<String> STAGES =
            List.of("create", "filled", "connect", "session", "install", "map", "arm");

    private final RestartOptions options;
    private final Map<String, Program> stages =
            new TreeMap<>(Comparator.comparingInt(RecordedPlan::order).thenComparing(Comparator.naturalOrder()));
    private final Map<ObjectId, List<Place>> places = new LinkedHashMap<>();
    private final Map<ObjectId, Operand> made = new LinkedHashMap<>();
    private final List<ObjectId> contents = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private List<ObjectId> around = List.of();

    public RecordedPlan() {
        this(RestartOptions.FilePolicy.TRUNCATE);
    }

    public RecordedPlan(RestartOptions.FilePolicy files) {
        this(new RestartOptions(files));
    }

    public RecordedPlan(RestartOptions options) {
        this.options = options;
    }

    /** Says where a file will be open in the end. */
    public RecordedPlan with(ObjectId id, int innerPid, int number) {
        places.computeIfAbsent(id, each -> new ArrayList<>()).add(new Place(innerPid, number));
        return this;
    }

    /** Says in which namespaces of the job's own the object is. */
    public RecordedPlan within(ObjectId... namespaces) {
        around = List.of(namespaces);
        return this;
    }

    public List<ObjectId> contents() {
        return contents;
    }

    /**
     * Compares with {@code src/test/resources/plans/NAME.golden}. With {@code -Dgolden.record} the file is written
     * instead, for a reviewer to read.
     */
    public void assertGolden(String name) {
        if (System.getProperty("golden.record") != null) {
            record(name);
            return;
        }
        assertThat(text()).isEqualTo(golden(name));
    }

    /** All stages in one process that gives its files their final numbers, keeps nothing else of them, and waits. */
    public Plan inOneProcess(long holeStart, long holeLength) {
        planRest();
        Program program = new Program("restorer");
        Steps steps = new Steps(program, "test");
        steps.add(new Word.Move());
        append(program, "create", "filled", "connect");
        places.forEach((id, at) -> at.forEach(
                place -> steps.call(SystemCall.DUP3, made.get(id), Operand.of(place.number()), Operand.of(0))));
        steps.call(SystemCall.CLOSE_RANGE, Operand.of(NURSERY), Operand.hex(0xffff_ffffL), Operand.of(0));
        append(program, "install", "map", "arm");
        steps.add(new Word.Park());
        return new Plan(holeStart, holeLength, List.of(program), List.of());
    }

    private void planRest() {
        later.forEach(Runnable::run);
        later.clear();
    }

    private void append(Program program, String... wanted) {
        stages.forEach((name, stage) -> {
            if (List.of(wanted).contains(name.split(" ")[0])) {
                stage.steps().forEach(step -> program.add(step.word(), step.origin()));
            }
        });
    }

    /** What was planned: a section for each stage, without the stages that are empty. */
    public String text() {
        planRest();
        Plan plan = new Plan(0, 0, List.copyOf(stages.values()), List.of());
        String printed = PlanPrinter.print(plan);
        return printed.substring(printed.indexOf("\n\n") + 2);
    }

    private void record(String name) {
        try {
            Files.writeString(Path.of("src/test/resources/plans", name + ".golden"), text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String golden(String name) {
        try (InputStream in = RecordedPlan.class.getResourceAsStream("/plans/" + name + ".golden")) {
            assertThat(in).as("plans/" + name + ".golden").isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Steps stage(String name, String origin) {
        return new Steps(stages.computeIfAbsent(name, Program::new), origin);
    }

    private static int order(String stage) {
        return STAGES.indexOf(stage.split(" ")[0]);
    }

    @Override
    public Steps create(String origin) {
        return stage("create", origin);
    }

    @Override
    public Steps connect(String origin) {
        return stage("connect", origin);
    }

    @Override
    public Steps filled(String origin) {
        return stage("filled", origin);
    }

    @Override
    public Steps session(int innerPid, String origin) {
        return stage("session pid " + innerPid, origin);
    }

    @Override
    public Steps install(int innerPid, String origin) {
        return stage("install pid " + innerPid, origin);
    }

    @Override
    public Steps map(int innerPid, String origin) {
        return stage("map pid " + innerPid, origin);
    }

    @Override
    public Steps arm(int innerPid, String origin) {
        return stage("arm pid " + innerPid, origin);
    }

    @Override
    public Steps armThread(int innerTid, String origin) {
        return stage("arm tid " + innerTid, origin);
    }

    @Override
    public Operand adopt(Steps steps, ObjectId id, Operand descriptor) {
        int number = NURSERY + made.size();
        Operand high = Operand.named(number, number + "/" + id);
        steps.call(SystemCall.DUP3, descriptor, high, Operand.named(02000000, "O_CLOEXEC"));
        steps.call(SystemCall.CLOSE, descriptor);
        assertThat(made.put(id, high)).as("what was adopted before as " + id).isNull();
        return high;
    }

    @Override
    public Operand descriptor(ObjectId id) {
        assertThat(made).as("files made so far").containsKey(id);
        return made.get(id);
    }

    @Override
    public boolean isMade(ObjectId id) {
        return made.containsKey(id);
    }

    @Override
    public List<Place> places(ObjectId id) {
        return places.getOrDefault(id, List.of());
    }

    @Override
    public int nurseryBase() {
        return NURSERY;
    }

    @Override
    public boolean isNursery(int number) {
        return false;
    }

    @Override
    public void fillContent(ObjectId id) {
        contents.add(id);
    }

    @Override
    public void asOwner(Steps steps, Runnable opens) {
        steps.call(SystemCall.SETFSUID, Operand.of(1000));
        opens.run();
        steps.call(SystemCall.SETFSUID, Operand.of(0));
    }

    @Override
    public Optional<ObjectId> around(NamespaceSort sort) {
        return OwnNamespace.ofSort(sort, around);
    }

    @Override
    public Slot fork(Steps steps, String name, Consumer<Steps> program) {
        Program helper = stages.computeIfAbsent(name, Program::new);
        program.accept(new Steps(helper, name));
        return steps.fork(helper, 0);
    }

    @Override
    public void later(Runnable plans) {
        later.add(plans);
    }

    /** A second ahead of the node, and half of one behind. */
    @Override
    public ClockOffsets clocks() {
        return new ClockOffsets(1_000_000_000L, -500_000_000L);
    }

    @Override
    public RestartOptions options() {
        return options;
    }
}
