package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What many threads are asked, all at once: where it can be, each makes the list of its calls by itself, else call by
 * call, with room below its stack pointer. Whoever is left will be asked one by one.
 */
final class Inquiries {
    /** A list costs its process two calls and a stop. */
    private static final int FEWEST_CALLS = 4;

    /** Below that lies the way back. */
    private static final int MOST_ROOM = 4096;

    /** What a thread that is visited needs below its stack pointer. */
    private static final int STACK = 32 << 10;

    private final Map<SeizedThread, List<Inquiry>> left = new LinkedHashMap<>();

    void add(SeizedThread thread, List<Inquiry> inquiries) {
        if (!inquiries.isEmpty()) {
            left.put(thread, inquiries);
        }
    }

    /** On the tracer thread. */
    void make() {
        makeLists();
        makeSteps();
    }

    private void makeLists() {
        lists().values().forEach(threads -> left.computeIfPresent(threads.get(0), Inquiries::withPlace));
        Map<SeizedProcess, Long> lengths = new HashMap<>();
        lists().forEach((process, threads) -> lengths.put(
                process, threads.stream().mapToLong(this::placeLength).sum()));
        List<RemoteVisit> visits = new ArrayList<>();
        try (LentPlaces places = new LentPlaces(lengths)) {
            lists().forEach((process, threads) -> {
                if (places.has(process)) {
                    visits.addAll(visits(threads, places.address(process)));
                }
            });
            RemoteCalls.make(visits, LibCkpt::remoteLists).forEach(this::keepList);
        }
    }

    private static List<Inquiry> withPlace(SeizedThread any, List<Inquiry> inquiries) {
        return Stream.concat(inquiries.stream(), Stream.of(FuturePage.OF_PLACE)).toList();
    }

    private static List<Inquiry> withoutPlace(SeizedThread any, List<Inquiry> inquiries) {
        return inquiries.stream().filter(inquiry -> !inquiry.isOfPlace()).toList();
    }

    /** By process, threads that can make theirs. */
    private Map<SeizedProcess, List<SeizedThread>> lists() {
        Map<SeizedProcess, List<SeizedThread>> lists = new LinkedHashMap<>();
        left.keySet().stream().filter(thread -> !thread.isUnderSeccomp()).forEach(thread -> lists.computeIfAbsent(
                        thread.process(), any -> new ArrayList<>())
                .add(thread));
        lists.values()
                .removeIf(threads -> threads.stream()
                                .mapToInt(thread -> left.get(thread).size())
                                .sum()
                        < FEWEST_CALLS);
        return lists;
    }

    private List<RemoteVisit> visits(List<SeizedThread> threads, long address) {
        List<RemoteVisit> visits = new ArrayList<>();
        long place = address;
        for (SeizedThread thread : threads) {
            List<Inquiry> inquiries = left.get(thread);
            long room = place + LibCkpt.listRoom(inquiries.size());
            visits.add(new RemoteVisit(thread, new long[] {place, placeLength(thread)}, room, inquiries));
            place += placeLength(thread);
        }
        return visits;
    }

    private long placeLength(SeizedThread thread) {
        List<Inquiry> inquiries = left.get(thread);
        return RemoteVisit.aligned((int) LibCkpt.listPlace(inquiries.size(), RemoteVisit.roomBytes(inquiries)));
    }

    private void keepList(RemoteCalls.Outcome outcome) {
        if (Errno.ECANCELED.is(outcome.error())) {
            throw new Fault(
                    FaultCode.BUSY,
                    "task " + outcome.thread().tid()
                            + " went on before the engine, held up for seconds, came back to it",
                    "try again when this node is less busy");
        }
        if (outcome.error() == 0) {
            keep(outcome);
        }
    }

    private void keep(RemoteCalls.Outcome outcome) {
        outcome.thread().keep(outcome.answers());
        left.remove(outcome.thread());
    }

    private void makeSteps() {
        left.replaceAll(Inquiries::withoutPlace);
        List<RemoteVisit> visits = new ArrayList<>();
        Map<SeizedProcess, NavigableSet<Long>> stacks = new HashMap<>();
        left.forEach((thread, inquiries) -> {
            int bytes = RemoteVisit.roomBytes(inquiries);
            long room = LentRoom.below(thread.stackPointer(), bytes);
            if (bytes <= MOST_ROOM
                    && thread.hasOrdinaryMemory(room, bytes)
                    && isFree(
                            stacks.computeIfAbsent(thread.process(), any -> new TreeSet<>()), thread.stackPointer())) {
                visits.add(RemoteVisit.stepping(thread, room, inquiries));
            }
        });
        RemoteCalls.make(visits, LibCkpt::remoteCalls).forEach(outcome -> {
            KernelAnswer.require(
                    outcome.error(), () -> "task " + outcome.thread().tid() + ": remote system calls");
            keep(outcome);
        });
    }

    /** Small stacks may lie side by side: what one thread finds and puts back must not be what another one lent. */
    private static boolean isFree(NavigableSet<Long> stacks, long pointer) {
        return stacks.subSet(pointer - STACK, pointer + STACK).isEmpty() && stacks.add(pointer);
    }
}
