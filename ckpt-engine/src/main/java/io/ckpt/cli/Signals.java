package io.ckpt.cli;

import io.ckpt.fault.Fault;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Signals of this process. The JDK offers them only in {@code jdk.unsupported}, which a warning-free compilation cannot
 * name; so it is reached by reflection.
 */
final class Signals {
    private static final List<String> PASSED_ON = List.of("HUP", "INT", "TERM", "USR1", "USR2", "CONT", "TSTP");

    private Signals() {}

    /** From now on these signals do nothing here but call the receiver with their number, one at a time. */
    static void passOn(IntConsumer receiver) {
        PASSED_ON.forEach(name -> handle(name, receiver));
    }

    private static void handle(String name, IntConsumer receiver) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object call = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (p, m, a) -> {
                receiver.accept((int) signal.getMethod("getNumber").invoke(a[0]));
                return null;
            });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), call);
        } catch (InvocationTargetException keptByTheMachine) {
            // the Java virtual machine needs this one for itself: it cannot be passed on
        } catch (ReflectiveOperationException e) {
            throw Fault.internal("SIG" + name + " cannot be handled", e);
        }
    }
}
