package io.ckpt.memory;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.AwaitedMemory;
import io.ckpt.freeze.MemoryNews;
import io.ckpt.freeze.PageRange;
import io.ckpt.image.ExtentReader;
import io.ckpt.image.ImageReader;
import io.ckpt.image.v1.Extent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * Brings pages of an image into processes that run already: first what somebody waits for, then the rest, each extent checked
 * against its hash before. One thread puts pages and hears what becomes of the memory, so that nothing comes between; the
 * others, with 2 MiB each, read and unpack.
 */
public final class PageServer {
    private static final int PAGE_BYTES = 4096;

    /** Memory of one process. @param object that it is in the image */
    public record Space(AwaitedMemory memory, String object, Territory territory) {}

    /** Memory that was moved to where other was unmapped, or that was unmapped itself. */
    private record Doubt(Space space, PageRange range) {}

    private final ImageReader image;
    private final MemoryNews news;
    private final List<Extent> extents;
    private final PageIndex index;
    private final Agenda agenda;
    private final List<Space> spaces;
    private final Queue<Arrival> unpacked = new ConcurrentLinkedQueue<>();
    private final List<Arrival> arrivals = new ArrayList<>();
    private final List<Doubt> doubts = new ArrayList<>();
    private final Map<String, Integer> left = new HashMap<>();
    private final Map<Integer, Set<Integer>> wantedPieces = new HashMap<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Map<Integer, CompletableFuture<Void>> awaited = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    /**
     * @param news of all memories; closed in the end
     * @param spaces that stand still until {@link #start}
     */
    public PageServer(ImageReader image, MemoryNews news, List<Space> spaces) {
        this.image = image;
        this.news = news;
        this.spaces = new ArrayList<>(spaces);
        this.extents = image.extents().stream()
                .filter(extent -> spaces.stream().anyMatch(space -> isIn(extent, space)))
                .sorted(Comparator.comparing(Extent::getObjectId).thenComparing(Extent::getStart))
                .toList();
        extents.forEach(extent -> left.merge(extent.getObjectId(), 1, Integer::sum));
        this.index = new PageIndex(extents);
        this.agenda = new Agenda(extents.size());
    }

    private static boolean isIn(Extent extent, Space space) {
        return space.object().equals(extent.getObjectId())
                && !space.territory()
                        .of(extent.getStart(), extent.getStart() + extent.getLength())
                        .isEmpty();
    }

    /**
     * Serves from now on, until every page is there or nobody is left who could want one.
     *
     * @return done when that is so; failed when pages cannot be had: then the job must not run on
     */
    public CompletableFuture<Void> start() {
        begin("ckpt-pages", this::serve);
        begin("ckpt-page-wanted", () -> unpack(true));
        return end;
    }

    /** From now on pages come too that nobody waits for. */
    public void stream(int threads) {
        for (int i = 0; i < threads; i++) {
            begin("ckpt-page-stream", () -> unpack(false));
        }
    }

    /** Nobody who could want a page is left. */
    public void end() {
        agenda.end();
        news.ring();
    }

    /** Returns when pages of the image are there, in the memory of an object; fails when they cannot be had. */
    public void bring(String object, Collection<Long> addresses) {
        int[] wanted = addresses.stream()
                .flatMapToInt(address -> index.extent(object, address).stream())
                .distinct()
                .toArray();
        for (int extent : wanted) {
            agenda.want(extent);
        }
        for (int extent : wanted) {
            CompletableFuture<Void> done = awaited.computeIfAbsent(extent, any -> new CompletableFuture<>());
            if (!agenda.isDone(extent)) {
                CompletableFuture.anyOf(done, end).join();
            }
        }
    }

    private static void begin(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void unpack(boolean onlyWanted) {
        try (ExtentReader reader = image.extentReader()) {
            for (OptionalInt next = agenda.take(onlyWanted); next.isPresent(); next = agenda.take(onlyWanted)) {
                Extent extent = extents.get(next.getAsInt());
                Arrival arrival = new Arrival(next.getAsInt(), extent, reader.read(extent));
                unpacked.add(arrival);
                news.ring();
                arrival.awaitEmptied(agenda::isOver);
            }
        } catch (RuntimeException | Error | InterruptedException e) {
            failure.compareAndSet(null, e);
            agenda.end();
            news.ring();
        }
    }

    private void serve() {
        try (news) {
            while (!agenda.isOver() && !spaces.isEmpty()) {
                hear(news.await(arrivals.isEmpty() && unpacked.isEmpty()));
                for (Arrival arrival = unpacked.poll(); arrival != null; arrival = unpacked.poll()) {
                    arrivals.add(arrival);
                }
                doubts.removeIf(doubt -> whileItLasts(doubt.space(), () -> isSettled(doubt)));
                if (doubts.isEmpty()) {
                    putPiece();
                }
            }
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
        agenda.end();
        finish(Optional.ofNullable(failure.get()));
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
            want(space, wanted.address());
        } else if (each instanceof MemoryNews.Removed removed) {
            space.territory().remove(removed.start(), removed.end());
        } else if (each instanceof MemoryNews.Unmapped unmapped) {
            space.territory()
                    .unmap(unmapped.start(), unmapped.end())
                    .forEach(range -> doubts.add(new Doubt(space, range)));
        } else if (each instanceof MemoryNews.Moved moved) {
            space.territory().move(moved.from(), moved.to(), moved.length());
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
                space.memory().wake(page);
            }
        }
        return true;
    }

    private void want(Space space, long address) {
        OptionalLong image = space.territory().image(address);
        if (image.isEmpty()) {
            space.memory().zero(address, 1);
            return;
        }
        OptionalInt extent = index.extent(space.object(), image.getAsLong());
        if (extent.isEmpty()) {
            space.memory().zero(address, zeroPages(space, address, image.getAsLong()));
        } else if (agenda.isDone(extent.getAsInt())) {
            space.memory()
                    .zero(address, 1); // where it is there no more; else he has been woken meanwhile, and is again
        } else {
            want(space, address, extent.getAsInt(), image.getAsLong());
        }
    }

    private void want(Space space, long address, int extent, long image) {
        int piece = Arrival.piece(extents.get(extent), image);
        if (arrivals.stream().anyMatch(arrival -> arrival.number() == extent && !arrival.isLeft(piece))) {
            space.memory().wake(address);
            return;
        }
        wantedPieces.computeIfAbsent(extent, any -> new LinkedHashSet<>()).add(piece);
        agenda.want(extent);
    }

    /** How many pages from an address on are zero, in its neighbourhood. */
    private int zeroPages(Space space, long address, long image) {
        long block = (address | (Arrival.PIECE_BYTES - 1)) + 1 - address;
        long untilNext = index.next(space.object(), image) - image;
        long untilEnd = space.territory().end(address) - address;
        return (int) (Math.min(block, Math.min(untilNext, untilEnd)) / PAGE_BYTES);
    }

    /** The next piece that somebody waits for, else the next of all. */
    private void putPiece() {
        if (arrivals.isEmpty()) {
            return;
        }
        Arrival arrival = arrivals.stream()
                .filter(each -> wantedPieces.containsKey(each.number()))
                .findFirst()
                .orElse(arrivals.get(0));
        int piece = wantedPiece(arrival);
        if (put(arrival, piece)) {
            wantedPieces.getOrDefault(arrival.number(), new LinkedHashSet<>()).remove(piece);
            if (arrival.done(piece)) {
                empty(arrival);
            }
        }
    }

    private int wantedPiece(Arrival arrival) {
        Set<Integer> wanted = wantedPieces.getOrDefault(arrival.number(), Set.of());
        Optional<Integer> piece = wanted.stream().filter(arrival::isLeft).findFirst();
        if (piece.isEmpty()) {
            wantedPieces.remove(arrival.number());
        }
        return piece.orElseGet(arrival::nextPiece);
    }

    private void empty(Arrival arrival) {
        arrivals.remove(arrival);
        wantedPieces.remove(arrival.number());
        done(arrival.number());
        Optional.ofNullable(awaited.get(arrival.number())).ifPresent(done -> done.complete(null));
        arrival.emptied();
        forgetComplete(arrival.object());
    }

    private void done(int extent) {
        agenda.done(extent);
        left.merge(extents.get(extent).getObjectId(), -1, Integer::sum);
    }

    /** Who has all that the image has of it finds the rest by itself. */
    private void forgetComplete(String object) {
        if (left.getOrDefault(object, 0) == 0) {
            spaces.stream()
                    .filter(space -> space.object().equals(object))
                    .toList()
                    .forEach(this::forget);
        }
    }

    /** False when it must be tried again. */
    private boolean put(Arrival arrival, int piece) {
        List<Arrival.Pages> pages = arrival.pages(piece);
        boolean all = true;
        for (Space space : List.copyOf(spaces)) {
            if (space.object().equals(arrival.object())) {
                all &= whileItLasts(space, () -> pages.stream().allMatch(each -> put(space, each)));
            }
        }
        return all;
    }

    private static boolean put(Space space, Arrival.Pages pages) {
        long end = pages.image() + pages.bytes().capacity();
        return space.territory().of(pages.image(), end).stream().allMatch(piece -> space.memory()
                .put(piece.start(), pages.bytes().slice((int) (piece.image() - pages.image()), (int)
                        (piece.end() - piece.start()))));
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
            skip(space.object());
        }
    }

    private void skip(String object) {
        for (int i = 0; i < extents.size(); i++) {
            if (extents.get(i).getObjectId().equals(object) && !isArrived(i) && !agenda.isDone(i)) {
                done(i);
            }
        }
    }

    private boolean isArrived(int extent) {
        return arrivals.stream().anyMatch(arrival -> arrival.number() == extent);
    }
}
