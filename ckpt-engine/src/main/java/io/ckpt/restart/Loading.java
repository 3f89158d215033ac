package io.ckpt.restart;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.PidNamespace;
import io.ckpt.memory.HotMemory;
import io.ckpt.memory.PageServer;
import io.ckpt.place.Place;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Memory of a restarted job that is on its way while the job runs. Safe for threads. */
public final class Loading {
    private final Place place;
    private final PageServer server;
    private final int threads;
    private final CompletableFuture<Void> served;
    private final CompletableFuture<Void> told = new CompletableFuture<>();
    private volatile boolean followed;

    /** @param threads that bring what nobody waits for */
    Loading(Place place, PageServer server, int threads) {
        this.place = place;
        this.server = server;
        this.threads = threads;
        this.served = server.start();
        served.whenComplete((nothing, thrown) -> {
            if (thrown != null && !followed) {
                place.close(); // it ends what waits for pages, in the restart too
            }
        });
    }

    /** Does a part of the restart, for which pages are needed; fails with the reason why they cannot be had. */
    void need(Runnable part) {
        try {
            part.run();
        } catch (RuntimeException e) {
            server.end();
            throw failure().map(fault -> (RuntimeException) fault).orElse(e);
        }
    }

    /** The job runs: brings the rest. Has the place told what came of it, and before that, where pages could not be had, {@code lost}. */
    public void whenOver(Consumer<Fault> lost, Runnable last) {
        followed = true;
        served.whenComplete((nothing, thrown) -> {
            try {
                if (thrown == null) {
                    place.loaded();
                } else {
                    lose(fault(thrown), lost);
                }
            } catch (Fault gone) {
                // the place has ended, and the job with it
            } finally {
                last.run();
                told.complete(null);
            }
        });
        server.stream(threads);
    }

    private void lose(Fault fault, Consumer<Fault> lost) {
        try {
            lost.accept(fault);
        } finally {
            place.lost(fault.code().exitStatus(), fault.getMessage() + "; " + fault.remedy());
        }
    }

    private static Fault fault(Throwable thrown) {
        return thrown instanceof Fault fault ? fault : Fault.internal("the pages of a job: " + thrown, thrown);
    }

    /** How many pieces of an image the job has waited for. */
    public int waits() {
        return server.waits();
    }

    /** What is to come first the next time; when it is over. */
    public HotMemory hot() {
        return server.hot();
    }

    /** Why the rest of the memory could not be had. */
    public Optional<Fault> failure() {
        return Optional.ofNullable(served.handle((nothing, thrown) -> thrown).getNow(null))
                .map(Loading::fault);
    }

    /** Whether memory of one of these processes is on its way. */
    public boolean concerns(Collection<Integer> pids) {
        if (told.isDone()) {
            return false;
        }
        try {
            int init = place.initPid();
            return pids.contains(init)
                    || PidNamespace.of(init).processes().values().stream().anyMatch(pids::contains);
        } catch (Fault gone) {
            return false;
        }
    }

    /** Returns when all is there, or never will be. */
    public void await() {
        await(Duration.ofNanos(Long.MAX_VALUE));
    }

    /** @throws Fault TOO_LATE when it has not come after so long */
    public void await(Duration patience) {
        try {
            told.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new Fault(
                    FaultCode.TOO_LATE,
                    "memory of the job is still on its way from the image that it was restarted from",
                    "give it more time; the job goes on");
        } catch (ExecutionException e) {
            throw Fault.internal("the end of a loading", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
