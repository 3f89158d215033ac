package io.ckpt.kind.namespace;

import io.ckpt.freeze.Inquiry;
import io.ckpt.image.v1.UtsNamespace;
import io.ckpt.kernel.KernelName;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import java.util.Arrays;

/** Host and domain name. */
public final class UtsNamespaceKind implements ObjectKind<OwnNamespace, UtsNamespace> {
    /** struct new_utsname: system, node, release, version, machine, domain. */
    private static final int FIELD = 65;

    private static final int FIELDS = 6;
    private static final int NODE = 1;
    private static final int DOMAIN = 5;
    private static final Inquiry NAMES = Inquiry.filling(FIELDS * FIELD, SystemCall.UNAME, room -> new long[] {room});

    @Override
    public String name() {
        return "uts-namespace";
    }

    @Override
    public UtsNamespace emptyState() {
        return UtsNamespace.getDefaultInstance();
    }

    @Override
    public boolean accepts(OwnNamespace namespace, CaptureContext context) {
        return namespace.sort() == NamespaceSort.UTS;
    }

    @Override
    public UtsNamespace capture(OwnNamespace namespace, CaptureContext context) {
        byte[] names = namespace.first().ask(NAMES).bytes();
        return UtsNamespace.newBuilder()
                .addAllMembers(namespace.innerPids())
                .setHostName(field(names, NODE))
                .setDomainName(field(names, DOMAIN))
                .build();
    }

    @Override
    public void plan(ObjectId id, UtsNamespace state, PlanContext plan) {
        Passage passage = new Passage(NamespaceSort.UTS, id, plan);
        passage.make(steps -> {
            call(steps, SystemCall.SETHOSTNAME, state.getHostName());
            call(steps, SystemCall.SETDOMAINNAME, state.getDomainName());
        });
        passage.admit(state.getMembersList());
    }

    private static String field(byte[] names, int number) {
        int start = number * FIELD;
        int end = start;
        while (names[end] != 0) {
            end++;
        }
        return KernelName.decode(Arrays.copyOfRange(names, start, end));
    }

    private static void call(Steps steps, int number, String name) {
        steps.call(number, Operand.text(name), Operand.of(KernelName.encode(name).length));
    }
}
