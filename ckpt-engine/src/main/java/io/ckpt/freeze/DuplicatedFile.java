package io.ckpt.freeze;

/** A descriptor of a held process, duplicated by pidfd_getfd(2); one duplicate serves all of one description. */
final class DuplicatedFile extends HeldFile {
    private final int number;
    private String link;
    private String info;

    DuplicatedFile(SeizedProcess process, int number) {
        super(process);
        this.number = number;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public int descriptor() {
        return process().job().descriptions().duplicateOf(this, process().taskPidfd());
    }

    @Override
    public synchronized String link() {
        if (link == null) {
            link = process().link("fd/" + number);
        }
        return link;
    }

    @Override
    public synchronized String info() {
        if (info == null) {
            info = process().text("fdinfo/" + number);
        }
        return info;
    }

    @Override
    public int description() {
        return process().job().descriptions().numberOf(this);
    }

    @Override
    public String toString() {
        return "pid " + process().pid() + ", fd " + number;
    }
}
