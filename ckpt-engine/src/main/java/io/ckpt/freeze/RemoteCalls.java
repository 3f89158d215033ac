package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Inquiries of many threads made in one native call, each thread with room below its stack pointer. */
final class RemoteCalls {
    private static final int TASK_VALUES = 7;
    private static final int CALL_VALUES = 8;
    private static final int ERROR = 6;
    private static final int RESULT = 7;
    private static final int ALIGNMENT = 16;

    /** Below that lies the way back. */
    private static final int MOST_ROOM = 4096;

    private final List<Visit> visits = new ArrayList<>();

    /** One thread and what it is asked. */
    private record Visit(SeizedThread thread, long room, List<Inquiry> inquiries) {
        int roomBytes() {
            return RemoteCalls.roomBytes(inquiries);
        }
    }

    /** A thread without so much ordinary memory there is left out: it will be asked one by one. */
    void add(SeizedThread thread, List<Inquiry> inquiries) {
        int bytes = roomBytes(inquiries);
        if (inquiries.isEmpty() || bytes > MOST_ROOM) {
            return;
        }
        long room = LentRoom.below(thread.stackPointer(), bytes);
        if (thread.hasOrdinaryMemory(room, bytes)) {
            visits.add(new Visit(thread, room, inquiries));
        }
    }

    /** On the tracer thread. */
    void make() {
        long[] tasks = visits.stream()
                .flatMapToLong(visit -> Arrays.stream(task(visit)))
                .toArray();
        long[] calls = visits.stream()
                .flatMapToLong(visit -> calls(visit).stream().flatMapToLong(Arrays::stream))
                .toArray();
        byte[] rooms = new byte[visits.stream().mapToInt(Visit::roomBytes).sum()];
        KernelAnswer.require(LibCkpt.remoteCalls(tasks, visits.size(), calls, rooms), () -> "remote system calls");
        int call = 0;
        int room = 0;
        for (int i = 0; i < visits.size(); i++) {
            Visit visit = visits.get(i);
            KernelAnswer.require(
                    tasks[i * TASK_VALUES + ERROR], () -> "task " + visit.thread.tid() + ": remote system calls");
            visit.thread.keep(answers(visit, calls, call, rooms, room));
            call += visit.inquiries.size();
            room += visit.roomBytes();
        }
    }

    private static long[] task(Visit visit) {
        CallInstruction instruction = visit.thread.instruction();
        return new long[] {
            visit.thread.tid(),
            instruction.address(),
            instruction.wayBack(),
            visit.room,
            visit.roomBytes(),
            visit.inquiries.size(),
            0
        };
    }

    private static List<long[]> calls(Visit visit) {
        List<long[]> calls = new ArrayList<>();
        long room = visit.room;
        for (Inquiry inquiry : visit.inquiries) {
            long[] arguments = inquiry.arguments(room);
            long[] call = new long[CALL_VALUES];
            call[0] = inquiry.number();
            System.arraycopy(arguments, 0, call, 1, arguments.length);
            calls.add(call);
            room += aligned(inquiry.room());
        }
        return calls;
    }

    private static Map<Inquiry, Answer> answers(Visit visit, long[] calls, int first, byte[] rooms, int room) {
        Map<Inquiry, Answer> answers = new HashMap<>();
        int call = first;
        int at = room;
        for (Inquiry inquiry : visit.inquiries) {
            byte[] bytes = Arrays.copyOfRange(rooms, at, at + inquiry.room());
            answers.put(inquiry, new Answer(calls[call++ * CALL_VALUES + RESULT], bytes));
            at += aligned(inquiry.room());
        }
        return answers;
    }

    private static int roomBytes(List<Inquiry> inquiries) {
        return inquiries.stream().mapToInt(inquiry -> aligned(inquiry.room())).sum();
    }

    private static int aligned(int bytes) {
        return bytes + ALIGNMENT - 1 & -ALIGNMENT;
    }
}
