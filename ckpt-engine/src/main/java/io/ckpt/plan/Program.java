package io.ckpt.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What one task executes, from its birth to its park. Words are appended by stage; see {@link Steps}. */
public final class Program {
    /** A word and the object it serves: {@code pid 4711, fd 12 [eventfd]}. */
    public record Step(Word word, String origin) {}

    private final String name;
    private final List<Step> steps = new ArrayList<>();

    public Program(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    public void add(Word word, String origin) {
        steps.add(new Step(word, origin));
    }

    public List<Step> steps() {
        return Collections.unmodifiableList(steps);
    }
}
