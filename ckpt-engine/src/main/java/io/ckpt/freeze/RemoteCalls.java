package io.ckpt.freeze;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Visits to many threads, made in one native call. On the tracer thread. */
final class RemoteCalls {
    private static final int TASK_VALUES = 7;
    private static final int CALL_VALUES = 8;
    private static final int ERROR = 6;
    private static final int RESULT = 7;

    private final List<RemoteVisit> visits;
    private final long[] tasks;
    private final long[] calls;
    private final byte[] rooms;
    private int call;
    private int room;

    /** {@code ckpt_remote_calls} or {@code ckpt_remote_lists}. */
    interface Function {
        int call(long[] tasks, int count, long[] calls, byte[] rooms);
    }

    /**
     * What came of a visit.
     *
     * @param error 0, or -errno of the visit as a whole
     */
    record Outcome(SeizedThread thread, long error, Map<Inquiry, Answer> answers) {}

    private RemoteCalls(List<RemoteVisit> visits) {
        this.visits = visits;
        this.tasks = visits.stream()
                .flatMapToLong(visit -> Arrays.stream(visit.task()))
                .toArray();
        this.calls = visits.stream()
                .flatMap(visit -> visit.calls().stream())
                .flatMapToLong(Arrays::stream)
                .toArray();
        this.rooms = new byte
                [visits.stream()
                        .mapToInt(visit -> RemoteVisit.roomBytes(visit.inquiries()))
                        .sum()];
    }

    /** In the order of the visits. */
    static List<Outcome> make(List<RemoteVisit> visits, Function function) {
        RemoteCalls made = new RemoteCalls(visits);
        KernelAnswer.require(
                function.call(made.tasks, visits.size(), made.calls, made.rooms), () -> "remote system calls");
        return made.outcomes();
    }

    private List<Outcome> outcomes() {
        List<Outcome> outcomes = new ArrayList<>();
        for (RemoteVisit visit : visits) {
            long error = tasks[outcomes.size() * TASK_VALUES + ERROR];
            outcomes.add(new Outcome(visit.thread(), error, answers(visit)));
        }
        return outcomes;
    }

    private Map<Inquiry, Answer> answers(RemoteVisit visit) {
        Map<Inquiry, Answer> answers = new HashMap<>();
        for (Inquiry inquiry : visit.inquiries()) {
            byte[] bytes = Arrays.copyOfRange(rooms, room, room + inquiry.room());
            answers.put(inquiry, new Answer(calls[call++ * CALL_VALUES + RESULT], bytes));
            room += RemoteVisit.aligned(inquiry.room());
        }
        return answers;
    }
}
