package io.ckpt.place;

/** Packets of ABI 3, numbered from 1 in the order of {@code enum ckpt_place_type}. */
public enum PlaceType {
    HELLO,
    START,
    SPAWN,
    SPAWNED,
    RUN,
    REFUSE,
    NOTICE,
    PASS,
    VACATED,
    EXITED,
    END,
    DETACH,
    LEAVE,
    SAVE,
    WORKING,
    LOADING,
    LOADED,
    LOST;

    int number() {
        return ordinal() + 1;
    }
}
