package io.ckpt.freeze;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.jna.FillLibrary;
import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of {@link AwaitedMemory memories} while their pages come. A place holds their userfaultfds too and reads them
 * for this process, so that the end of this one closes none for good: the kernel would let the job find zeros. The protocol
 * is in ckpt_place.h. For one thread, but for {@link #ring}.
 */
public final class MemoryNews implements AutoCloseable {
    private static final Optional<Duration> PATIENCE = Optional.of(Duration.ofSeconds(20));
    /** Who suspends a job stops its place too. */
    private static final Optional<Duration> FOR_EVER = Optional.empty();

    /** A patience of {@link #await} that has no end. */
    public static final int ANY_TIME = -1;

    private static final int HOLD = 1;
    private static final int DROP = 2;
    private static final int READ = 3;
    private static final int AT_ONCE = 4;
    private static final int MESSAGE = 32;
    private static final int MESSAGES_AT = 8;
    private static final int ANSWER = MESSAGES_AT + AT_ONCE * MESSAGE;

    private static final int PAGEFAULT = 0x12;
    private static final int FORK = 0x13;
    private static final int REMAP = 0x14;
    private static final int REMOVE = 0x15;
    private static final int UNMAP = 0x16;
    private static final int FIRST = 8;
    private static final int SECOND = 16;
    private static final int THIRD = 24;

    /** Something that happened to one memory. */
    public sealed interface News {}

    /** Somebody waits for the page of an address. */
    public record Wanted(long address) implements News {}

    /** A process was forked: its memory, which knows nothing of what is said of that of its parent from now on. */
    public record Forked(AwaitedMemory memory) implements News {}

    /** Memory lies elsewhere now. */
    public record Moved(long from, long to, long length) implements News {}

    /** Memory is about to be given back: who touches it again finds zeros. */
    public record Removed(long start, long end) implements News {}

    /** There was no memory any more, but by now other may have been moved to there, of which was told before. */
    public record Unmapped(long start, long end) implements News {}

    private final PacketSocket orders;
    private final int alarm;
    private final List<AwaitedMemory> memories = new ArrayList<>();
    private final List<Integer> numbers = new ArrayList<>();
    private boolean closed;

    private MemoryNews(PacketSocket orders, int alarm) {
        this.orders = orders;
        this.alarm = alarm;
    }

    /** @param orders this end of the socket whose other one a place got with LOADING */
    public static MemoryNews over(PacketSocket orders) {
        int alarm = FillLibrary.fillAlarm();
        KernelAnswer.require(alarm, () -> "eventfd");
        return new MemoryNews(orders, alarm);
    }

    /** Has the place hold a memory. */
    public void hold(AwaitedMemory memory) {
        listen(memory, order(HOLD, 0, memory.descriptor()).count());
    }

    private void listen(AwaitedMemory memory, int number) {
        memories.add(memory);
        numbers.add(number);
    }

    /** Lets a memory go, here and in the place: all of it is there, or its process is gone. */
    public void drop(AwaitedMemory memory) {
        int index = memories.indexOf(memory);
        memories.remove(index);
        memory.close();
        order(DROP, numbers.remove(index));
    }

    /** Ends a wait, or the next one, at once. */
    public synchronized void ring() {
        if (!closed) {
            FillLibrary.fillRing(alarm);
        }
    }

    /** Memories of which there is news, or that are gone; for so many milliseconds it is waited until there is some, or somebody rings. */
    public List<AwaitedMemory> await(int patience) {
        int[] descriptors = new int[memories.size() + 1];
        int[] ready = new int[descriptors.length];
        descriptors[0] = alarm;
        for (int i = 0; i < memories.size(); i++) {
            descriptors[i + 1] = memories.get(i).descriptor();
        }
        FillLibrary.fillAwait(descriptors, descriptors.length, patience, ready);
        List<AwaitedMemory> told = new ArrayList<>();
        for (int i = 0; i < memories.size(); i++) {
            if (ready[i + 1] != 0) {
                told.add(memories.get(i));
            }
        }
        return told;
    }

    /**
     * What there is to say of one memory, in its order; the process goes on with what it was about to do. Until all of it has
     * been taken to heart no page may be put there.
     */
    public List<News> of(AwaitedMemory memory) {
        Answered answer = order(READ, numbers.get(memories.indexOf(memory)));
        Iterator<Integer> forked = answer.descriptors().iterator();
        List<News> news = new ArrayList<>();
        for (int i = 0; i < answer.count(); i++) {
            news.add(decode(answer.bytes().slice(MESSAGES_AT + i * MESSAGE, MESSAGE), forked));
        }
        return news;
    }

    private News decode(ByteBuffer bytes, Iterator<Integer> forked) {
        ByteBuffer message = bytes.order(ByteOrder.nativeOrder());
        return switch (Byte.toUnsignedInt(message.get(0))) {
            case PAGEFAULT -> new Wanted(message.getLong(SECOND) & -AwaitedMemory.PAGE_BYTES);
            case FORK -> forked(AwaitedMemory.copy(forked.next()), message.getInt(FIRST));
            case REMAP -> new Moved(message.getLong(FIRST), message.getLong(SECOND), message.getLong(THIRD));
            case REMOVE -> new Removed(message.getLong(FIRST), message.getLong(SECOND));
            case UNMAP -> new Unmapped(message.getLong(FIRST), message.getLong(SECOND));
            default -> throw Fault.internal("userfaultfd told of event " + message.get(0), null);
        };
    }

    private News forked(AwaitedMemory memory, int number) {
        listen(memory, number);
        return new Forked(memory);
    }

    private record Answered(int count, ByteBuffer bytes, List<Integer> descriptors) {}

    private Answered order(int type, int number, int... descriptors) {
        ByteBuffer order = ByteBuffer.allocate(2 * Integer.BYTES).order(ByteOrder.nativeOrder());
        if (!orders.trySend(order.putInt(type).putInt(number).array(), descriptors)) {
            throw gone();
        }
        PacketSocket.Packet answer =
                orders.receive(ANSWER, type == READ ? FOR_EVER : PATIENCE).orElseThrow(MemoryNews::gone);
        ByteBuffer bytes = ByteBuffer.wrap(answer.bytes()).order(ByteOrder.nativeOrder());
        int count = bytes.getInt(0);
        int told = type == READ && Errno.EAGAIN.is(count) ? 0 : count;
        return new Answered(
                KernelAnswer.require(told, () -> "ckpt-run and its userfaultfds"), bytes, answer.descriptors());
    }

    private static Fault gone() {
        return new Fault(FaultCode.JOB_VANISHED, "ckpt-run has ended, and the job with it", "restart it again");
    }

    /** Those who hold the same userfaultfds still do. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        memories.forEach(AwaitedMemory::close);
        memories.clear();
        orders.close();
        LibCkpt.close(alarm);
    }
}
