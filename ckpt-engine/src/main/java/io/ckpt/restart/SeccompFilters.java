package io.ckpt.restart;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.Releaser;
import io.ckpt.freeze.Releaser.ParkedTask;
import io.ckpt.freeze.TaskMemory;
import io.ckpt.image.v1.Seccomp;
import io.ckpt.kernel.Errno;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.ObjectId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Puts parked tasks under their filters of seccomp(2), which judge nothing before they are let go. Filters that all
 * threads of a process begin with are installed for all of them at once: they stay one, as SECCOMP_FILTER_FLAG_TSYNC
 * demands of whoever calls it later.
 */
final class SeccompFilters {
    private static final int SET_STRICT = 0;
    private static final int SET_FILTER = 1;
    private static final int ALL_THREADS = 1;
    /** What the thread has chosen about speculation stays as it is. */
    private static final int SPECULATION_STAYS = 1 << 2;

    private static final int INSTRUCTION = 8;
    private static final int PROGRAM_OFFSET = 16;

    private final Releaser releaser;
    private final Map<ObjectId, Seccomp> states;
    private final long room;

    /** @param room of the hole, where nothing runs any more */
    SeccompFilters(Releaser releaser, Map<ObjectId, Seccomp> states, long room) {
        this.releaser = releaser;
        this.states = states;
        this.room = room;
    }

    void install() {
        if (states.isEmpty()) {
            return;
        }
        releaser.tasks().stream()
                .collect(Collectors.groupingBy(ParkedTask::pid))
                .values()
                .forEach(this::installInProcess);
    }

    private void installInProcess(List<ParkedTask> tasks) {
        List<Seccomp> wanted = tasks.stream().map(this::state).toList();
        int common = common(wanted);
        for (int i = 0; i < common; i++) {
            install(tasks.get(0), wanted.get(0).getFilters(i), ALL_THREADS);
        }
        for (int task = 0; task < tasks.size(); task++) {
            installInTask(tasks.get(task), wanted.get(task), common);
        }
    }

    private void installInTask(ParkedTask task, Seccomp wanted, int first) {
        List<Seccomp.Filter> filters = wanted.getFiltersList();
        filters.subList(first, filters.size()).forEach(filter -> install(task, filter, 0));
        if (wanted.getStrict()) {
            require(task, releaser.call(task, SystemCall.SECCOMP, SET_STRICT, 0, 0));
        }
    }

    /** How many filters all threads have in common, from the first on; none where some may gain privileges. */
    private static int common(List<Seccomp> wanted) {
        boolean alike =
                wanted.stream().map(Seccomp::getNoNewPrivileges).distinct().count() == 1;
        List<Seccomp.Filter> common = new ArrayList<>(wanted.get(0).getFiltersList());
        for (Seccomp each : wanted) {
            int same = 0;
            while (same < Math.min(common.size(), each.getFiltersCount())
                    && common.get(same).equals(each.getFilters(same))) {
                same++;
            }
            common.subList(same, common.size()).clear();
        }
        return alike && wanted.size() > 1 ? common.size() : 0;
    }

    private Seccomp state(ParkedTask task) {
        return states.getOrDefault(ObjectId.thread(task.innerTid()), Seccomp.getDefaultInstance());
    }

    /** struct sock_fprog: length, padding, address; the instructions behind it. */
    private void install(ParkedTask task, Seccomp.Filter filter, int flags) {
        byte[] program = filter.getProgram().toByteArray();
        ByteBuffer bytes = ByteBuffer.allocate(PROGRAM_OFFSET + program.length).order(ByteOrder.nativeOrder());
        bytes.putShort((short) (program.length / INSTRUCTION))
                .putLong(Long.BYTES, room + PROGRAM_OFFSET)
                .position(PROGRAM_OFFSET)
                .put(program)
                .flip();
        new TaskMemory(task.tid()).write(room, bytes);
        long how = filter.getFlags() | flags | SPECULATION_STAYS;
        require(task, releaser.call(task, SystemCall.SECCOMP, SET_FILTER, how, room));
    }

    /** With ALL_THREADS the thread that cannot follow is told, as a positive number. */
    private static void require(ParkedTask task, long result) {
        if (result != 0) {
            throw new Fault(
                    FaultCode.RESTART_FAILED,
                    "tid " + task.tid() + ": seccomp: " + (result < 0 ? Errno.result(result) : "thread " + result),
                    "report this, with the output of 'ckptctl show'");
        }
    }
}
