package io.ckpt.fault;

/**
 * One object that cannot be carried.
 *
 * @param pid process that holds it, as the reader of the message sees it
 * @param object what it is: {@code fd 12 [anon_inode:inotify]}
 * @param reason why it cannot be carried
 * @param remedy the way out
 */
public record Refusal(int pid, String object, String reason, String remedy) {
    /** How the way out of what will not last begins. */
    static final String TRY_AGAIN = "try again";

    boolean passes() {
        return remedy.startsWith(TRY_AGAIN);
    }

    @Override
    public String toString() {
        return "pid " + pid + ", " + object + ": " + reason + " (" + remedy + ")";
    }
}
