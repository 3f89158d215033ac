package io.ckpt.restart;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.NodeVdso;
import io.ckpt.kernel.SystemCall;
import io.ckpt.restart.ExportedFunctions.Function;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The text of a vdso of another kernel in which each function begins with a jump to the one of that name in the vdso of this
 * node, or, where this has none, with its system call. What has no call and reads none of the kernel's data stays.
 */
final class BridgedText {
    private static final String PREFIX = "__vdso_";
    private static final int ALIGNMENT = 16;
    private static final short CALL_INSTRUCTION = 0x050f; // syscall
    private static final int CALL_LENGTH = 2;

    /** What getrandom(2) has, beside its arguments, to ask for the form of its state in memory: opaque_len of ~0. */
    private static final byte[] REFUSE_STATE = {
        0x49,
        (byte) 0x83,
        (byte) 0xf8,
        -1, // cmp $-1, %r8
        0x75,
        0x08, // jne over the next two
        0x48,
        (byte) 0xc7,
        (byte) 0xc0,
        (byte) 0xda,
        -1,
        -1,
        -1, // mov $-ENOSYS, %rax
        (byte) 0xc3 // ret
    };

    /** Reads none of the kernel's data, and is no call. */
    private static final String ENCLAVE = "sgx_enter_enclave";

    private static final Map<String, Integer> CALLS = Map.of(
            "clock_gettime", SystemCall.CLOCK_GETTIME,
            "clock_getres", SystemCall.CLOCK_GETRES,
            "gettimeofday", SystemCall.GETTIMEOFDAY,
            "time", SystemCall.TIME,
            "getcpu", SystemCall.GETCPU,
            "getrandom", SystemCall.GETRANDOM);

    private final ByteBuffer text;
    private final Map<Integer, Integer> overwritten = new TreeMap<>();
    private final List<Function> kept = new ArrayList<>();
    private final List<String> obstacles = new ArrayList<>();

    private BridgedText(ByteString former) {
        this.text = ByteBuffer.wrap(former.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** @param start where the vdso of this node, with its data, will be */
    static BridgedText of(ByteString former, NodeVdso here, long start) {
        BridgedText bridged = new BridgedText(former);
        Map<String, Function> theirs = here.text().isEmpty() ? Map.of() : ExportedFunctions.of(here.text());
        Map<Function, List<String>> byPlace = ExportedFunctions.of(former).entrySet().stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getValue, Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
        byPlace.forEach((function, names) -> names.stream()
                .filter(theirs::containsKey)
                .findFirst()
                .map(name -> jump(start + here.dataLength() + theirs.get(name).offset()))
                .or(() -> names.stream().flatMap(name -> call(name).stream()).findFirst())
                .ifPresentOrElse(
                        code -> bridged.overwrite(function, names, code), () -> bridged.keep(function, names)));
        return bridged;
    }

    ByteString bytes() {
        return ByteString.copyFrom(text.array());
    }

    /** In full clauses. */
    List<String> obstacles() {
        return obstacles;
    }

    /**
     * True when a thread that stopped there may go on: at the beginning of a function, or in the system call that a function
     * ends with when it knows no better. Elsewhere it is about to combine what it has read of the kernel's data with more.
     */
    boolean mayGoOnAt(int offset) {
        boolean changed = overwritten.entrySet().stream()
                .anyMatch(each -> offset > each.getKey() && offset < each.getKey() + each.getValue());
        boolean safe = overwritten.containsKey(offset) || isCall(offset) || isCall(offset - CALL_LENGTH);
        return !changed && (safe || kept.stream().anyMatch(function -> function.contains(offset)));
    }

    private boolean isCall(int offset) {
        return offset >= 0 && offset + CALL_LENGTH <= text.capacity() && text.getShort(offset) == CALL_INSTRUCTION;
    }

    private void overwrite(Function function, List<String> names, byte[] code) {
        if (code.length > room(function)) {
            obstacles.add(names.get(0) + " of the vdso of the job's kernel is too short to be led on");
            return;
        }
        text.put(function.offset(), code);
        overwritten.put(function.offset(), code.length);
    }

    private void keep(Function function, List<String> names) {
        if (names.stream().anyMatch(name -> plain(name).equals(ENCLAVE))) {
            kept.add(function);
        } else {
            obstacles.add("the vdso of this kernel has no " + names.get(0) + ", which the job may call");
        }
    }

    /** Behind a function that is aligned, the next one is as well. */
    private static long room(Function function) {
        boolean aligned = function.offset() % ALIGNMENT == 0;
        return aligned ? (function.size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : function.size();
    }

    /** Through memory, for no register is free: jmp *0(%rip). */
    private static byte[] jump(long target) {
        return ByteBuffer.allocate(14)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0x25ff)
                .putInt(0)
                .putLong(target)
                .array();
    }

    private static Optional<byte[]> call(String name) {
        return Optional.ofNullable(CALLS.get(plain(name))).map(number -> {
            byte[] before = number == SystemCall.GETRANDOM ? REFUSE_STATE : new byte[0];
            return ByteBuffer.allocate(before.length + 8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put(before)
                    .put((byte) 0xb8) // mov $number, %eax
                    .putInt(number)
                    .putShort(CALL_INSTRUCTION)
                    .put((byte) 0xc3) // ret
                    .array();
        });
    }

    private static String plain(String name) {
        String unversioned = name.contains("@") ? name.substring(0, name.indexOf('@')) : name;
        return unversioned.startsWith(PREFIX) ? unversioned.substring(PREFIX.length()) : unversioned;
    }
}
