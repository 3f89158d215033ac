package io.ckpt.restart;

import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.PlanContext.Place;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Files that all who hold them have under one number, where nobody has another: they have it in the nursery too, so
 * that a job with many files needs not twice as many numbers. Low numbers are left to what the restorer opens in passing.
 */
final class ResidentFiles {
    private static final int LOWEST = 32;
    private static final int PLAN = 3;

    private final Map<Integer, ObjectId> files;
    private final Map<ObjectId, Integer> numbers = new HashMap<>();

    private ResidentFiles(Map<Integer, ObjectId> files) {
        this.files = files;
        files.forEach((number, id) -> numbers.put(id, number));
    }

    static ResidentFiles of(Map<ObjectId, List<Place>> places) {
        Map<Integer, Long> holders = places.values().stream()
                .flatMap(where -> where.stream().map(Place::number).distinct())
                .collect(Collectors.groupingBy(number -> number, Collectors.counting()));
        Map<Integer, ObjectId> files = new TreeMap<>();
        places.forEach((id, where) -> {
            int number = where.get(0).number();
            boolean same = where.stream().allMatch(place -> place.number() == number);
            if (same && number >= LOWEST && holders.get(number) == 1) {
                files.put(number, id);
            }
        });
        return new ResidentFiles(files);
    }

    Optional<Integer> numberOf(ObjectId id) {
        return Optional.ofNullable(numbers.get(id));
    }

    boolean isAt(int number) {
        return files.containsKey(number);
    }

    /** Keeps the numbers from being taken by others before the files are made. */
    void reserve(Steps steps) {
        files.keySet()
                .forEach(number -> steps.call(
                        SystemCall.DUP3,
                        Operand.of(PLAN),
                        Operand.of(number),
                        Operand.named(OpenFlags.CLOEXEC, "O_CLOEXEC")));
    }

    /** Closes those that a process does not have. */
    void close(Steps steps, Collection<ObjectId> kept) {
        files.forEach((number, id) -> {
            if (!kept.contains(id)) {
                steps.call(SystemCall.CLOSE, Operand.of(number));
            }
        });
    }
}
