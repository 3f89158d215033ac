package io.ckpt.service;

import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/** The one way a call with one answer is answered: with what the work gives, or with its fault. */
final class Answer {
    private Answer() {}

    static <T> void to(StreamObserver<T> caller, Supplier<T> work) {
        T answer;
        try {
            answer = work.get();
        } catch (RuntimeException e) {
            caller.onError(Failure.status(Failure.fault(e)));
            return;
        }
        caller.onNext(answer);
        caller.onCompleted();
    }
}
