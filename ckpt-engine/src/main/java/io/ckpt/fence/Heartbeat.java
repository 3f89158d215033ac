package io.ckpt.fence;

import java.util.Optional;

/**
 * One beat of a node.
 *
 * @param beat counts up; only its change means something
 */
record Heartbeat(NodeIdentity node, long beat) {
    private static final int WORDS = 3;

    /** One line of fixed length, so that a beat is written over the one before in one piece. */
    String line() {
        return "%-254.254s%n".formatted(node.name() + " " + node.boot() + " " + beat);
    }

    /** Empty for a line that is half-written. */
    static Optional<Heartbeat> parse(String line) {
        String[] words = line.strip().split(" ");
        if (words.length != WORDS || !words[2].chars().allMatch(Character::isDigit) || !line.endsWith("\n")) {
            return Optional.empty();
        }
        return Optional.of(new Heartbeat(new NodeIdentity(words[0], words[1]), Long.parseLong(words[2])));
    }
}
