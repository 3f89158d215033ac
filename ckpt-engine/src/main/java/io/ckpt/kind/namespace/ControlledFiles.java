package io.ckpt.kind.namespace;

import io.ckpt.image.v1.OwnCgroup;
import io.ckpt.kernel.KernelName;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.plan.Data;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Slot;
import io.ckpt.plan.Steps;
import io.ckpt.plan.Word;
import java.util.List;
import java.util.stream.Stream;

/** Calls that make a cgroup and write its files, below the open directory of the cgroup of a place. */
final class ControlledFiles {
    private static final int LONGEST_SHARE = 4096;
    private static final Operand USUAL_MODE = Operand.named(0755, "0755");

    private final Steps steps;
    private final Operand place;
    private final String path;

    ControlledFiles(Steps steps, Operand place, String path) {
        this.steps = steps;
        this.place = place;
        this.path = path;
    }

    /** It may be there: that of another incarnation, which none but the job removes. */
    void makeDirectory() {
        steps.attempt("made", SystemCall.MKDIRAT, place, Operand.text(path), USUAL_MODE);
        Slot directory = open(path, OpenFlags.RDONLY | OpenFlags.DIRECTORY, "O_RDONLY|O_DIRECTORY");
        steps.call(SystemCall.CLOSE, directory);
    }

    void set(OwnCgroup.Setting setting) {
        if (setting.getShare()) {
            setShare(setting);
        } else {
            setting.getValuesList().forEach(value -> write(setting.getFile(), value));
        }
    }

    /** What there is to be shared here, the cgroup around knows; of that, what the job chose, where it is to be had. */
    private void setShare(OwnCgroup.Setting setting) {
        copyFromAround(setting.getFile());
        setting.getValuesList().forEach(value -> {
            Slot opened = open(path + "/" + setting.getFile(), OpenFlags.WRONLY, "O_WRONLY");
            int length = KernelName.encode(value).length;
            steps.attempt("chosen", SystemCall.WRITE, opened, Operand.text(value), Operand.of(length));
            steps.call(SystemCall.CLOSE, opened);
        });
    }

    void write(String file, String value) {
        Slot opened = open(path + "/" + file, OpenFlags.WRONLY, "O_WRONLY");
        int length = KernelName.encode(value).length;
        steps.expect(Word.Expect.exactly(length), SystemCall.WRITE, opened, Operand.text(value), Operand.of(length));
        steps.call(SystemCall.CLOSE, opened);
    }

    private void copyFromAround(String file) {
        int slash = path.lastIndexOf('/');
        Slot around = open(path.substring(0, slash + 1) + file, OpenFlags.RDONLY, "O_RDONLY");
        Operand text = Data.room(LONGEST_SHARE).address();
        Slot length = steps.call("length", SystemCall.READ, around, text, Operand.of(LONGEST_SHARE));
        steps.call(SystemCall.CLOSE, around);
        Slot opened = open(path + "/" + file, OpenFlags.WRONLY, "O_WRONLY");
        steps.call(SystemCall.WRITE, opened, text, length);
        steps.call(SystemCall.CLOSE, opened);
    }

    /** What has to be another's for him to put processes there and make cgroups in it; see "delegation" in cgroups(7). */
    void giveTo(int uid, int gid, boolean unified) {
        Stream<String> files = unified
                ? Stream.of("", "/cgroup.procs", "/cgroup.threads", "/cgroup.subtree_control")
                : Stream.of("", "/cgroup.procs", "/tasks");
        files.forEach(file -> steps.call(
                SystemCall.FCHOWNAT,
                place,
                Operand.text(path + file),
                Operand.of(uid),
                Operand.of(gid),
                Operand.named(0x100, "AT_SYMLINK_NOFOLLOW")));
    }

    /** Has the cgroup of the place hand controllers on; where it does not, opening their files will say so. */
    static void enable(Steps steps, Operand place, List<OwnCgroup.Setting> settings) {
        settings.stream().flatMap(ControlledFiles::controllers).distinct().forEach(controller -> {
            Slot file =
                    new ControlledFiles(steps, place, "").open("cgroup.subtree_control", OpenFlags.WRONLY, "O_WRONLY");
            String text = "+" + controller;
            steps.attempt("enabled", SystemCall.WRITE, file, Operand.text(text), Operand.of(text.length()));
            steps.call(SystemCall.CLOSE, file);
        });
    }

    private static Stream<String> controllers(OwnCgroup.Setting setting) {
        if (setting.getFile().equals("cgroup.subtree_control")) {
            return setting.getValuesList().stream()
                    .flatMap(value -> Stream.of(value.split(" ")))
                    .map(each -> each.substring(1));
        }
        String controller = setting.getFile().split("\\.")[0];
        return controller.equals("cgroup") ? Stream.of() : Stream.of(controller);
    }

    private Slot open(String file, int flags, String text) {
        return steps.call("file", SystemCall.OPENAT, place, Operand.text(file), Operand.named(flags, text));
    }
}
