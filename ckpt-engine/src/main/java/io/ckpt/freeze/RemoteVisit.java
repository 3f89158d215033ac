package io.ckpt.freeze;

import java.util.ArrayList;
import java.util.List;

/**
 * One thread, and the calls it is to make.
 *
 * @param where two values: of {@code ckpt_remote_calls} instruction and way back, of {@code ckpt_remote_lists} address and
 *     length of a place
 * @param room address of what the calls may write
 */
record RemoteVisit(SeizedThread thread, long[] where, long room, List<Inquiry> inquiries) {
    private static final int ALIGNMENT = 16;
    private static final int CALL_VALUES = 8;

    /** Call by call. */
    static RemoteVisit stepping(SeizedThread thread, long room, List<Inquiry> inquiries) {
        CallInstruction instruction = thread.instruction();
        return new RemoteVisit(
                thread, new long[] {instruction.address(), instruction.wayBack()}, room, List.copyOf(inquiries));
    }

    static int roomBytes(List<Inquiry> inquiries) {
        return inquiries.stream().mapToInt(inquiry -> aligned(inquiry.room())).sum();
    }

    /** As the native library takes it, the error last. */
    long[] task() {
        return new long[] {thread.tid(), where[0], where[1], room, roomBytes(inquiries), inquiries.size(), 0};
    }

    /** As the native library takes them, the result last. */
    List<long[]> calls() {
        List<long[]> calls = new ArrayList<>();
        long at = room;
        for (Inquiry inquiry : inquiries) {
            long[] arguments = inquiry.arguments(at);
            long[] call = new long[CALL_VALUES];
            call[0] = inquiry.number();
            System.arraycopy(arguments, 0, call, 1, arguments.length);
            calls.add(call);
            at += aligned(inquiry.room());
        }
        return calls;
    }

    static int aligned(int bytes) {
        return bytes + ALIGNMENT - 1 & -ALIGNMENT;
    }
}
