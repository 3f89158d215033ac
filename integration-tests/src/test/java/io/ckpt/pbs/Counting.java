package io.ckpt.pbs;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A job that counts until it is told to stop, and notes how often it began: into a file of its own and onto its output, with a note in its scratch
 * directory, which it shows at its end. It ends with 7. {@code $WORK} is where the bed keeps files of jobs.
 */
final class Counting {
    private Counting() {}

    static String into(String file) {
        return into(file, ":");
    }

    /** @param step what it does besides, each time */
    static String into(String file, String step) {
        return "echo begun >>\"$WORK/" + file + ".begun\"; echo scratch >$TMPDIR/note; exec 3>\"$WORK/" + file
                + "\"; i=0; until [ -e \"$WORK/" + file
                + ".stop\" ]; do i=$((i + 1)); echo $i >&3; echo line $i; " + step
                + "; sleep 0.05; done; cat $TMPDIR/note;"
                + " echo a problem >&2; exit 7";
    }

    static String output(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining())
                + "scratch\n";
    }
}
