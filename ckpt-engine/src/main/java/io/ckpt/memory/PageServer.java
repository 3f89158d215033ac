package io.ckpt.memory;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.AwaitedMemory;
import io.ckpt.freeze.MemoryNews;
import io.ckpt.freeze.PageRange;
import io.ckpt.image.ExtentPages;
import io.ckpt.image.ExtentReader;
import io.ckpt.image.ImageIndex;
import io.ckpt.image.ImageReader;
import io.ckpt.image.Pieces;
import io.ckpt.image.Shares;
import io.ckpt.image.v1.Extent;
import io.ckpt.image.v1.HotPage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Brings pages of an image into processes that run already, each piece checked against its hash before. One thread hears
 * what becomes of the memory and puts pages, so that nothing comes between: first the piece that somebody waits for, which
 * it reads and unpacks itself, for that takes less than to have another thread do it. The others, with 2 MiB each, unpack
 * the rest, extent by extent, and leave the CPUs to the job.
 */
public final class PageServer {
    private static final int PAGE_BYTES = 4096;

    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    /** As far as zeros are put around a page of them that somebody waits for. */
    private static final int ZEROED_BYTES = 64 << 10;

    /** What a process needs to get on with a change of its mappings that was read. */
    private static final int MOMENT_MILLIS = 1;

    /** Memory of one process. @param object that it is in the image */
    public record Space(AwaitedMemory memory, String object, Territory territory) {}

    /** Memory that was moved to where other was unmapped, or that was unmapped itself. */
    private record Doubt(Space space, PageRange range) {}

    /** Somebody waits for the page of an address. */
    private record Wait(Space space, long address) {}

    private record Piece(int extent, int number) {}

    private final ImageReader image;
    private final ImageIndex index;
    private final MemoryNews news;
    private final List<Space> spaces;
    private final Outstanding outstanding;
    private final Agenda agenda;
    private final Queue<Arrival> unpacked = new ConcurrentLinkedQueue<>();
    private final List<Arrival> arrivals = new ArrayList<>();
    private final List<Doubt> doubts = new ArrayList<>();
    private final Set<Wait> unanswered = new LinkedHashSet<>();
    private final Set<Piece> wanted = new LinkedHashSet<>();
    private final Queue<Piece> asked = new ConcurrentLinkedQueue<>();
    private final Map<Piece, CompletableFuture<Void>> awaited = new ConcurrentHashMap<>();
    private final HotMemory hot;
    private final Queue<HotPage> ahead = new ConcurrentLinkedQueue<>();
    private final List<HotPage> missed = new ArrayList<>();
    private final AtomicInteger waits = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    /**
     * @param news of all memories; closed in the end
     * @param spaces that stand still until {@link #start}
     * @param hot what comes before all else that nobody waits for
     */
    public PageServer(ImageReader image, MemoryNews news, List<Space> spaces, HotMemory hot) {
        this.image = image;
        this.index = image.index();
        this.news = news;
        this.spaces = new ArrayList<>(spaces);
        this.hot = hot;
        this.outstanding = new Outstanding(index, spaces);
        this.agenda = outstanding.agenda();
    }

    /**
     * Serves from now on, until every page is there or nobody is left who could want one.
     *
     * @return done when that is so; failed when pages cannot be had: then the job must not run on
     */
    public CompletableFuture<Void> start() {
        Shares.urgent(this::serve, "ckpt-pages").start();
        return end;
    }

    /** From now on pages come too that nobody waits for. */
    public void stream(int threads) {
        ahead.addAll(hot.pages());
        news.ring();
        for (int i = 0; i < threads; i++) {
            humble(this::unpack).start();
        }
    }

    /** How many pieces the job has waited for. */
    public int waits() {
        return waits.get();
    }

    /** What is to come first the next time; when it is over. */
    public HotMemory hot() {
        return hot.and(missed);
    }

    /** Nobody who could want a page is left. */
    public void end() {
        agenda.end();
        news.ring();
    }

    /** Returns when pages of the image are there, in the memory of an object; fails when they cannot be had. */
    public void bring(String object, Collection<Long> addresses) {
        List<CompletableFuture<Void>> all = addresses.stream()
                .flatMap(address -> index.find(object, address).stream()
                        .mapToObj(extent -> new Piece(extent, Pieces.of(index.extent(extent), address))))
                .distinct()
                .map(this::ask)
                .toList();
        all.forEach(done -> CompletableFuture.anyOf(done, end).join());
    }

    private CompletableFuture<Void> ask(Piece piece) {
        CompletableFuture<Void> done = awaited.computeIfAbsent(piece, any -> new CompletableFuture<>());
        asked.add(piece);
        news.ring();
        return done;
    }

    @SuppressWarnings("ThreadPriorityCheck") // for speed, not for being right
    private static Thread humble(Runnable work) {
        Thread thread = new Thread(work, "ckpt-page-stream");
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        return thread;
    }

    private void unpack() {
        try (ExtentReader reader = image.extentReader()) {
            for (OptionalInt next = agenda.take(); next.isPresent(); next = agenda.take()) {
                Arrival arrival = new Arrival(next.getAsInt(), read(index.extent(next.getAsInt()), reader));
                unpacked.add(arrival);
                news.ring();
                arrival.awaitEmptied(agenda::isOver);
            }
        } catch (RuntimeException | Error | InterruptedException e) {
            failure.compareAndSet(null, e);
            end();
        }
    }

    private static ByteBuffer read(Extent extent, ExtentReader reader) {
        return ExtentPages.isEmpty(extent) ? NOTHING : reader.read(extent);
    }

    private void serve() {
        try (news;
                ExtentReader reader = image.extentReader()) {
            while (!agenda.isOver() && !spaces.isEmpty()) {
                hear(news.await(patience()));
                for (Arrival arrival = unpacked.poll(); arrival != null; arrival = unpacked.poll()) {
                    arrive(arrival);
                }
                doubts.removeIf(doubt -> whileItLasts(doubt.space(), () -> isSettled(doubt)));
                if (doubts.isEmpty()) {
                    answer();
                    putNext(reader);
                }
            }
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
        agenda.end();
        finish(Optional.ofNullable(failure.get()));
    }

    private int patience() {
        boolean idle = Stream.of(arrivals, unpacked, wanted, asked, ahead).allMatch(Collection::isEmpty);
        return !idle ? 0 : unanswered.isEmpty() ? MemoryNews.ANY_TIME : MOMENT_MILLIS;
    }

    private void arrive(Arrival arrival) {
        arrivals.add(arrival);
        if (outstanding.settle(arrival.number())) {
            complete(arrival.number());
        }
    }

    private void finish(Optional<Throwable> reason) {
        reason.filter(thrown -> !isVanished(thrown))
                .ifPresentOrElse(end::completeExceptionally, () -> end.complete(null));
    }

    private static boolean isVanished(Throwable thrown) {
        return thrown instanceof Fault fault && fault.code() == FaultCode.JOB_VANISHED;
    }

    private void hear(List<AwaitedMemory> told) {
        for (AwaitedMemory memory : told) {
            Space space = spaces.stream()
                    .filter(each -> each.memory() == memory)
                    .findFirst()
                    .orElseThrow();
            news.of(memory).forEach(each -> whileItLasts(space, () -> hear(space, each)));
        }
    }

    private void hear(Space space, MemoryNews.News each) {
        if (each instanceof MemoryNews.Wanted wanted) {
            unanswered.add(new Wait(space, wanted.address()));
        } else if (each instanceof MemoryNews.Removed removed) {
            if (space.territory().remove(removed.start(), removed.end())) {
                space.memory().wake(removed.start(), removed.end()); // what one waits for there comes no more
            }
        } else if (each instanceof MemoryNews.Unmapped unmapped) {
            space.territory()
                    .unmap(unmapped.start(), unmapped.end())
                    .forEach(range -> doubts.add(new Doubt(space, range)));
            space.memory().wake(unmapped.start(), unmapped.end());
        } else if (each instanceof MemoryNews.Moved moved) {
            space.territory().move(moved.from(), moved.to(), moved.length());
            space.memory().wake(moved.from(), moved.from() + moved.length());
        } else if (each instanceof MemoryNews.Forked forked) {
            spaces.add(
                    new Space(forked.memory(), space.object(), space.territory().copy()));
            forgetComplete(space.object());
        }
    }

    /** False while the kernel does not say, for more news is on its way. */
    private static boolean isSettled(Doubt doubt) {
        Space space = doubt.space();
        for (long page = doubt.range().start(); page < doubt.range().end(); page += PAGE_BYTES) {
            Optional<Boolean> watched = space.memory().watches(page);
            if (watched.isEmpty()) {
                return false;
            }
            if (!watched.get()) {
                space.territory().remove(page, page + PAGE_BYTES);
                space.memory().wake(page, page + PAGE_BYTES);
            }
        }
        return true;
    }

    /** Of those who wait, where all that was told is taken to heart. */
    private void answer() {
        unanswered.removeIf(wait -> whileItLasts(wait.space(), () -> answer(wait.space(), wait.address())));
    }

    /** False when it must be tried again. */
    private boolean answer(Space space, long address) {
        OptionalLong lay = space.territory().image(address);
        if (lay.isEmpty()) {
            return space.memory().zero(address, 1);
        }
        OptionalInt extent = index.find(space.object(), lay.getAsLong());
        if (extent.isEmpty()) {
            return space.memory().zero(address, zeroPages(space, address, lay.getAsLong()));
        }
        Piece piece = piece(extent.getAsInt(), lay.getAsLong());
        if (isThere(piece)) {
            return space.memory()
                    .zero(address, 1); // where it is there no more; else he has been woken meanwhile, and is again
        }
        if (wanted.add(piece)) {
            miss(space.object(), lay.getAsLong());
        }
        agenda.want(piece.extent());
        return true;
    }

    private void miss(String object, long lay) {
        waits.incrementAndGet();
        if (missed.size() < HotMemory.MOST) {
            missed.add(HotPage.newBuilder().setObjectId(object).setAddress(lay).build());
        }
    }

    private Piece piece(int extent, long address) {
        return new Piece(extent, Pieces.of(index.extent(extent), address));
    }

    private boolean isThere(Piece piece) {
        return outstanding.isThere(piece.extent(), piece.number());
    }

    /** How many pages from an address on are zero, in its neighbourhood. */
    private int zeroPages(Space space, long address, long lay) {
        long block = (address | (ZEROED_BYTES - 1)) + 1 - address;
        long most = Math.min(block, space.territory().end(address) - address);
        long length = PAGE_BYTES;
        while (length < most && index.find(space.object(), lay + length).isEmpty()) {
            length += PAGE_BYTES;
        }
        return (int) (length / PAGE_BYTES);
    }

    /** The next piece that somebody waits for, else one that somebody waited for the last time, else the next of all. */
    private void putNext(ExtentReader reader) {
        for (Piece piece = asked.poll(); piece != null; piece = asked.poll()) {
            wanted.add(piece);
        }
        if (!wanted.isEmpty()) {
            bring(wanted.iterator().next(), reader);
        } else if (!ahead.isEmpty()) {
            bring(ahead.poll(), reader);
        } else if (!arrivals.isEmpty()) {
            int extent = arrivals.get(0).number();
            bring(new Piece(extent, outstanding.next(extent)), reader);
        }
    }

    private void bring(HotPage page, ExtentReader reader) {
        index.find(page.getObjectId(), page.getAddress())
                .ifPresent(extent -> bring(piece(extent, page.getAddress()), reader));
    }

    private void bring(Piece piece, ExtentReader reader) {
        if (isThere(piece) || put(piece, reader)) {
            settle(piece);
        }
    }

    /** False when it must be tried again. */
    private boolean put(Piece piece, ExtentReader reader) {
        Extent extent = index.extent(piece.extent());
        ByteBuffer bytes = arrival(piece.extent())
                .map(arrival -> bytes(arrival, piece))
                .orElseGet(() -> reader.read(extent, piece.number()));
        boolean all = true;
        for (Space space : List.copyOf(spaces)) {
            if (space.object().equals(extent.getObjectId())) {
                all &= whileItLasts(space, () -> put(space, extent, piece.number(), bytes));
            }
        }
        if (all && outstanding.put(piece.extent(), piece.number())) {
            complete(piece.extent());
        }
        return all;
    }

    private Optional<Arrival> arrival(int extent) {
        return arrivals.stream().filter(arrival -> arrival.number() == extent).findFirst();
    }

    private static ByteBuffer bytes(Arrival arrival, Piece piece) {
        int start = Pieces.start(piece.number());
        ByteBuffer all = arrival.bytes();
        return all.slice(start, Math.min(Pieces.start(piece.number() + 1), all.limit()) - start);
    }

    private static boolean put(Space space, Extent extent, int piece, ByteBuffer bytes) {
        long start = extent.getStart() + Pieces.start(piece);
        return ExtentPages.runs(extent, Pieces.start(piece), bytes.limit()).stream()
                .allMatch(run -> put(space, start + run.at(), bytes.slice(run.at(), run.length())));
    }

    private static boolean put(Space space, long lay, ByteBuffer pages) {
        return space.territory().of(lay, lay + pages.limit()).stream().allMatch(piece -> space.memory()
                .put(piece.start(), pages.slice((int) (piece.image() - lay), (int) (piece.end() - piece.start()))));
    }

    private void settle(Piece piece) {
        wanted.remove(piece);
        Optional.ofNullable(awaited.remove(piece)).ifPresent(done -> done.complete(null));
    }

    private void complete(int extent) {
        arrival(extent).ifPresent(arrival -> {
            arrivals.remove(arrival);
            arrival.emptied();
        });
        forgetComplete(index.object(extent));
    }

    /** Who has all that the image has of it finds the rest by itself. */
    private void forgetComplete(String object) {
        if (outstanding.isComplete(object)) {
            spaces.stream()
                    .filter(space -> space.object().equals(object))
                    .toList()
                    .forEach(this::forget);
        }
    }

    private void whileItLasts(Space space, Runnable work) {
        whileItLasts(space, () -> {
            work.run();
            return true;
        });
    }

    /** A process that has ended, or runs another program now, wants nothing any more. */
    private boolean whileItLasts(Space space, BooleanSupplier work) {
        try {
            return !spaces.contains(space) || work.getAsBoolean();
        } catch (Fault fault) {
            if (!isVanished(fault)) {
                throw fault;
            }
            forget(space);
            return true;
        }
    }

    private void forget(Space space) {
        spaces.remove(space);
        news.drop(space.memory());
        if (spaces.stream().noneMatch(each -> each.object().equals(space.object()))) {
            outstanding.drop(space.object(), extent -> arrival(extent).isPresent());
        }
    }
}
