package io.ckpt.restart;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.ckpt.freeze.GeneralRegisters;
import io.ckpt.freeze.NodeVdso;
import io.ckpt.image.v1.BackingFile;
import io.ckpt.image.v1.Manifest;
import io.ckpt.image.v1.Mapping;
import io.ckpt.image.v1.ObjectState;
import io.ckpt.image.v1.ProcessEntry;
import io.ckpt.image.v1.Registers;
import io.ckpt.kernel.Prot;
import io.ckpt.kind.BuildId;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.memory.AnonymousKind;
import io.ckpt.kind.memory.VdsoKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Between the vdso that a job knows and that of this node, where they differ. The former's text stays where it was, as memory of
 * the job, and leads calls on to the latter, which is mapped wherever it fits. The next checkpoint finds nothing unusual: the
 * vdso of its node, and some memory.
 *
 * <p>Where the kernel's data was, zeros are read: to a precise clock of any version they mean one that only the kernel can read,
 * so that what a signal handler returns to in the former text makes a system call. A coarse clock, or time(2), that a signal
 * interrupted reads 0 once.
 */
final class VdsoBridge {
    private static final VdsoKind VDSO = new VdsoKind();
    private static final String TEXT = "[vdso]";
    private static final String DATA = "[vvar]";

    private final NodeVdso here;
    private final Objects objects;
    private final Map<ObjectId, Mapping> vdsos;
    private final Map<Integer, BridgedText> texts = new LinkedHashMap<>();
    private final Map<ObjectId, ObjectState> changed = new LinkedHashMap<>();
    private final List<ObjectState> added = new ArrayList<>();
    private final Set<ObjectId> merged = new HashSet<>();
    private final Set<String> obstacles = new LinkedHashSet<>();

    VdsoBridge(Manifest manifest, List<ObjectState> states, NodeVdso here) {
        this.here = here;
        this.objects = new Objects(states);
        this.vdsos = objects.of(VDSO);
        texts(vdsos).forEach((id, mapping) -> {
            if (!mapping.getText().isEmpty() && !isSameBuild(mapping.getText(), here.text())) {
                bridge(id, mapping);
            }
        });
        manifest.getProcessesList().forEach(this::checkThreads);
    }

    /** In full clauses. */
    Set<String> obstacles() {
        return obstacles;
    }

    /** The objects of the job as they are to be planned here. */
    List<ObjectState> apply(List<ObjectState> states) {
        List<ObjectState> bridged = new ArrayList<>(added);
        states.stream()
                .filter(state -> !merged.contains(new ObjectId(state.getId())))
                .map(state -> changed.getOrDefault(new ObjectId(state.getId()), state))
                .forEach(bridged::add);
        return bridged;
    }

    /** One for each process: whoever changed protections there has several mappings of it, one behind the other. */
    private static Map<ObjectId, Mapping> texts(Map<ObjectId, Mapping> vdsos) {
        Map<Integer, ObjectId> first = new LinkedHashMap<>();
        Map<ObjectId, Mapping> whole = new LinkedHashMap<>();
        vdsos.forEach((id, mapping) -> {
            if (isText(mapping)) {
                whole.merge(first.computeIfAbsent(mapping.getPid(), any -> id), mapping, VdsoBridge::joined);
            }
        });
        return whole;
    }

    private static Mapping joined(Mapping begin, Mapping next) {
        return begin.toBuilder()
                .setEnd(next.getEnd())
                .setText(begin.getText().concat(next.getText()))
                .build();
    }

    /** Kernels of one build differ in what they patch for a processor; functions and data lie at the same places. */
    private static boolean isSameBuild(ByteString former, ByteString here) {
        ByteString build = buildId(former);
        return former.equals(here) || former.size() == here.size() && !build.isEmpty() && build.equals(buildId(here));
    }

    private static ByteString buildId(ByteString text) {
        return BuildId.in(
                text.substring(0, Math.min(text.size(), BuildId.BEGINNING)).toByteArray());
    }

    private void bridge(ObjectId id, Mapping former) {
        int pid = former.getPid();
        long start = here.text().isEmpty() ? 0 : Hole.find(mappings(pid), here.length());
        BridgedText text = BridgedText.of(former.getText(), here, start);
        obstacles.addAll(text.obstacles());
        texts.put(pid, text);
        changed.put(id, state(id, VDSO.name(), memory(former).setText(text.bytes())));
        vdsos.forEach((other, mapping) -> {
            if (mapping.getPid() == pid && !isText(mapping)) {
                changed.put(other, state(other, new AnonymousKind().name(), memory(mapping)));
            } else if (mapping.getPid() == pid && !other.equals(id)) {
                merged.add(other);
            }
        });
        if (start > 0) {
            added.add(mappedAt(pid, start));
        }
    }

    private ObjectState mappedAt(int pid, long start) {
        return state(
                new ObjectId("mapping:" + pid + "/" + Long.toHexString(start)),
                VDSO.name(),
                Mapping.newBuilder()
                        .setPid(pid)
                        .setStart(start)
                        .setEnd(start + here.length())
                        .setProtection(Prot.READ)
                        .setFile(BackingFile.newBuilder().setPath(DATA)));
    }

    private List<Mapping> mappings(int pid) {
        return objects.of(Mapping.class).values().stream()
                .filter(mapping -> mapping.getPid() == pid)
                .toList();
    }

    private void checkThreads(ProcessEntry process) {
        BridgedText text = texts.get(process.getPid());
        if (text == null) {
            return;
        }
        Mapping former = texts(vdsos).values().stream()
                .filter(mapping -> mapping.getPid() == process.getPid())
                .findFirst()
                .orElseThrow();
        Map<ObjectId, Registers> registers = objects.of(Registers.class);
        for (int tid : process.getTidsList()) {
            long at = instruction(registers.getOrDefault(ObjectId.thread(tid), Registers.getDefaultInstance()));
            if (at >= former.getStart() && at < former.getEnd() && !text.mayGoOnAt((int) (at - former.getStart()))) {
                obstacles.add("thread " + tid + " stopped within the vdso, and that of this kernel is another one");
            }
        }
    }

    private static long instruction(Registers registers) {
        ByteString general = registers.getGeneral();
        return general.isEmpty() ? 0 : new GeneralRegisters(general.toByteArray()).get(GeneralRegisters.Name.RIP);
    }

    private static Mapping.Builder memory(Mapping mapping) {
        return mapping.toBuilder().clearFile().clearFlags().setOffset(0);
    }

    private static boolean isText(Mapping mapping) {
        return mapping.getFile().getPath().equals(TEXT);
    }

    private static ObjectState state(ObjectId id, String kind, Mapping.Builder mapping) {
        return ObjectState.newBuilder()
                .setId(id.value())
                .setKind(kind)
                .setState(Any.pack(mapping.build()))
                .build();
    }
}
