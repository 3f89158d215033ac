package io.ckpt.restart;

import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kind.NamespaceCalls;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Steps;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** In which namespaces of a stage's objects the restorer is after the words so far: at first in those of the place. */
final class Whereabouts {
    private static final List<NamespaceSort> SORTS = List.of(NamespaceSort.IPC, NamespaceSort.NETWORK);

    private final PlanContext plan;
    private final Map<NamespaceSort, ObjectId> current = new EnumMap<>(NamespaceSort.class);

    Whereabouts(PlanContext plan) {
        this.plan = plan;
        SORTS.forEach(sort -> current.put(sort, OwnNamespace.ofPlace(sort)));
    }

    void enter(Steps steps, List<ObjectId> namespaces) {
        SORTS.forEach(sort -> enter(steps, sort, wanted(sort, namespaces)));
    }

    private void enter(Steps steps, NamespaceSort sort, ObjectId wanted) {
        if (!current.put(sort, wanted).equals(wanted)) {
            NamespaceCalls.enter(steps, plan, wanted);
        }
    }

    private static ObjectId wanted(NamespaceSort sort, List<ObjectId> namespaces) {
        return OwnNamespace.ofSort(sort, namespaces).orElse(OwnNamespace.ofPlace(sort));
    }
}
