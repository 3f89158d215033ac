package io.ckpt.kind;

/**
 * Name of an object in an image: {@code file:3} (an open file description), {@code content:3}
 * (what a deleted file or memfd holds), {@code process:12}, {@code thread:13},
 * {@code memory:12} (an address space), {@code shared:4} (memory or file content that several share).
 */
public record ObjectId(String value) {
    public static ObjectId file(int description) {
        return new ObjectId("file:" + description);
    }

    /** What a file holds that is kept in the image, named after the first description of it. */
    public static ObjectId content(int description) {
        return new ObjectId("content:" + description);
    }

    public static ObjectId process(int innerPid) {
        return new ObjectId("process:" + innerPid);
    }

    public static ObjectId thread(int innerTid) {
        return new ObjectId("thread:" + innerTid);
    }

    public static ObjectId memory(int innerPid) {
        return new ObjectId("memory:" + innerPid);
    }

    /** Pages that processes share since a fork(2); no process has the pid 0. */
    public static ObjectId commonMemory() {
        return memory(0);
    }

    /** What stands for a file under one descriptor number, where that is not the file itself. */
    public ObjectId at(int number) {
        return new ObjectId(value + "@" + number);
    }

    /** What follows the colon, as a number. */
    public int number() {
        return Integer.parseInt(value.substring(value.indexOf(':') + 1));
    }

    @Override
    public String toString() {
        return value;
    }
}
