package io.ckpt.checkpoint;

import io.ckpt.fault.Refusal;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.Rights;
import io.ckpt.kernel.Errno;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a restart will open as the job's user, each with who has it open now. */
final class Openings {
    private record Holder(int pid, String object) {}

    private final Map<Rights.Wish, Holder> holders = new LinkedHashMap<>();

    void add(int pid, String object, String path, int access) {
        holders.putIfAbsent(new Rights.Wish(path, access), new Holder(pid, object));
    }

    /** What the user may not open: it was opened with rights that a restart of his job does not have. */
    List<Refusal> refusals(FrozenProcess first) {
        int user = first.isZombie() ? 0 : first.procStatus().uid().fileSystem();
        Map<Rights.Wish, Integer> lacking = user == 0 ? Map.of() : Rights.lacking(first, List.copyOf(holders.keySet()));
        return lacking.entrySet().stream()
                .map(each -> refusal(holders.get(each.getKey()), each.getKey(), user, each.getValue()))
                .toList();
    }

    private static Refusal refusal(Holder holder, Rights.Wish wish, int user, int errno) {
        return new Refusal(
                holder.pid(),
                holder.object(),
                "uid " + Integer.toUnsignedString(user) + " could not open " + wish.path() + " again: "
                        + Errno.describe(errno),
                "let the user of the job have it, by chmod(1) or chown(1), or close it");
    }
}
