package io.ckpt.pbs;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A job that counts: into a file of its own, onto its output, with a note in its scratch directory; it ends with 7. */
final class Counting {
    private Counting() {}

    static String to(int last, String file) {
        return "echo scratch >$TMPDIR/note; exec 3>\"" + file + "\"; for ((i = 1; i <= " + last
                + "; i++)); do echo $i >&3; echo line $i; sleep 0.1; done; cat $TMPDIR/note; echo a problem >&2; exit 7";
    }

    static String output(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining())
                + "scratch\n";
    }
}
