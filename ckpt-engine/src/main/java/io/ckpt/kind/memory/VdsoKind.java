package io.ckpt.kind.memory;

import com.google.protobuf.ByteString;
import io.ckpt.image.v1.BackingFile;
import io.ckpt.image.v1.Mapping;
import io.ckpt.kernel.MmapFlags;
import io.ckpt.kernel.Prctl;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.MappedArea;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.PlanContext;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.nio.ByteBuffer;

/**
 * The kernel's own pages, [vvar] and [vdso]: the kernel of the new node maps its own at the old place. Where that is another
 * one, it comes elsewhere, and what lay there is told as memory with a text of its own.
 */
public final class VdsoKind implements ObjectKind<MappedArea, Mapping> {
    @Override
    public String name() {
        return "vdso";
    }

    @Override
    public Mapping emptyState() {
        return Mapping.getDefaultInstance();
    }

    @Override
    public boolean accepts(MappedArea area, CaptureContext context) {
        return area.vma().isVdso() || area.vma().isVvar();
    }

    @Override
    public Mapping capture(MappedArea area, CaptureContext context) {
        Mapping.Builder mapping = Mappings.describe(area)
                .setFile(BackingFile.newBuilder().setPath(area.vma().path()));
        return (area.vma().isVdso() ? mapping.setText(text(area)) : mapping).build();
    }

    private static ByteString text(MappedArea area) {
        ByteBuffer text = ByteBuffer.allocate((int) area.vma().length());
        area.process().read(area.vma().start(), text);
        return ByteString.copyFrom(text.flip());
    }

    @Override
    public void plan(ObjectId id, Mapping state, PlanContext plan) {
        if (state.getFile().getPath().equals("[vvar]")) { // the first of them; the others follow it
            Mappings.steps(plan, state)
                    .call(
                            SystemCall.ARCH_PRCTL,
                            Operand.named(Prctl.ARCH_MAP_VDSO_64, "ARCH_MAP_VDSO_64"),
                            Operand.hex(state.getStart()));
        } else if (!state.hasFile()) {
            planFormer(state, plan);
        }
    }

    /** That of another kernel. A file helps to fill it, for no word writes to memory. */
    private static void planFormer(Mapping state, PlanContext plan) {
        Steps steps = Mappings.steps(plan, state);
        Mappings.map(steps, state, MmapFlags.PRIVATE | MmapFlags.ANONYMOUS, Operand.of(-1));
        Slot file = steps.call("vdso", SystemCall.MEMFD_CREATE, Operand.text("vdso"), Operand.of(0));
        byte[] text = state.getText().toByteArray();
        Operand length = Operand.of(text.length);
        Operand bytes = Data.struct(text, "vdso of the former kernel").address();
        steps.expect(Word.Expect.exactly(text.length), SystemCall.PWRITE64, file, bytes, length, Operand.of(0));
        steps.expect(
                Word.Expect.exactly(text.length),
                SystemCall.PREAD64,
                file,
                Operand.hex(state.getStart()),
                length,
                Operand.of(0));
        steps.call(SystemCall.CLOSE, file);
        Mappings.finish(plan, state);
    }
}
