package io.ckpt.image;

import java.util.ArrayList;
import java.util.List;

/** Whether somebody has come to wait for an image that was begun in no hurry. Safe for threads. */
public final class Haste {
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean made;

    /** From the beginning. */
    static Haste already() {
        Haste haste = new Haste();
        haste.make();
        return haste;
    }

    /** From now on. */
    public synchronized void make() {
        made = true;
        waiting.forEach(Runnable::run);
        waiting.clear();
    }

    public synchronized boolean isMade() {
        return made;
    }

    /** Has something done as soon as that is so. */
    synchronized void whenMade(Runnable work) {
        if (made) {
            work.run();
        } else {
            waiting.add(work);
        }
    }
}
