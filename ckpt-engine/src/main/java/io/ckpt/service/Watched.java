package io.ckpt.service;

import io.ckpt.fault.Fault;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A resource that is being worked on, and those who watch it. Every watcher, however late he comes, gets each change from
 * the first value on, and the end. Safe for use by several threads.
 */
final class Watched<T> {
    private final Predicate<T> last;
    private final List<Watcher<T, ?>> watchers = new ArrayList<>();
    private final List<T> former = new ArrayList<>();
    private T value;
    private Optional<Fault> failure = Optional.empty();

    /**
     * @param first value to begin with
     * @param last whether a value is the last one that a watcher waits for
     */
    Watched(T first, Predicate<T> last) {
        this.value = first;
        this.last = last;
    }

    synchronized T value() {
        return value;
    }

    synchronized boolean ended() {
        return failure.isPresent() || last.test(value);
    }

    /** A change that every watcher must see. */
    synchronized void change(UnaryOperator<T> change) {
        former.add(value);
        value = change.apply(value);
        watchers.forEach(this::tell);
        if (ended()) {
            watchers.clear();
        }
    }

    /** A change that a watcher may miss when he reads slowly, for the next one says it too. */
    synchronized void advance(UnaryOperator<T> change) {
        value = change.apply(value);
        watchers.stream().filter(watcher -> watcher.caller().isReady()).forEach(watcher -> watcher.next(value));
    }

    /** The work has failed: watchers get the last value and then the fault. */
    synchronized void fail(Fault fault, UnaryOperator<T> change) {
        failure = Optional.of(fault);
        change(change);
    }

    /**
     * Tells a caller how it goes on; to be called before his call's method returns.
     *
     * @param wrap makes his kind of message of a value
     */
    synchronized <R> void watch(ServerCallStreamObserver<R> caller, Function<T, R> wrap) {
        Watcher<T, R> watcher = new Watcher<>(caller, wrap);
        caller.setOnCancelHandler(() -> forget(watcher));
        former.forEach(watcher::next);
        tell(watcher);
        if (!ended()) {
            watchers.add(watcher);
        }
    }

    private synchronized void forget(Watcher<T, ?> watcher) {
        watchers.remove(watcher);
    }

    private void tell(Watcher<T, ?> watcher) {
        watcher.next(value);
        if (failure.isPresent()) {
            watcher.caller().onError(Failure.status(failure.get()));
        } else if (ended()) {
            watcher.caller().onCompleted();
        }
    }

    private record Watcher<T, R>(ServerCallStreamObserver<R> caller, Function<T, R> wrap) {
        void next(T value) {
            caller.onNext(wrap.apply(value));
        }
    }
}
