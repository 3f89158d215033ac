package io.ckpt.place;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * One connected ckpt-run: the parent of a job's first process, and the spot where a job is rebuilt. Sending is allowed
 * from any thread; one thread at a time receives. Closing the place before {@link #run} makes ckpt-run end all that was
 * spawned; after it, the job runs on.
 */
public final class Place implements AutoCloseable {
    /** Exit status of a ckpt-run whose job was checkpointed and left: Slurm's RequeueExit. */
    public static final int EXIT_VACATED = 85;

    private final PacketLink link;
    private final IntSupplier init;
    private final PlaceMessage hello;
    private volatile boolean open = true;

    private Place(PacketLink link, IntSupplier init, PlaceMessage hello) {
        this.link = link;
        this.init = init;
        this.hello = hello;
    }

    /** A place whose first packet has been read; its init is the peer of the link. */
    public static Place greeted(PacketLink link, PlaceMessage hello) {
        int peer = link.peer().pid();
        return new Place(link, () -> peer, hello);
    }

    /**
     * A place that was started by this process and says no hello.
     *
     * @param front the process that was started; its only child is the init when the pids are private, else it is itself
     */
    static Place launched(PacketLink link, int front, boolean privatePids) {
        Set<PlaceFlag> flags = privatePids ? Set.of(PlaceFlag.PRIVATE_PIDS) : Set.of();
        PlaceMessage silent = PlaceMessage.hello(Protection.NONE, flags, 0);
        return new Place(link, () -> privatePids ? onlyChild(front) : front, silent);
    }

    /** What the place said of the job it holds. */
    public Protection protection() {
        return hello.protection();
    }

    public Set<PlaceFlag> flags() {
        return hello.flags();
    }

    /**
     * Pid of ckpt-run's init, the parent of the job's first process, as this process sees it. Of a place started here it
     * is known once the place has answered.
     */
    public int initPid() {
        return init.getAsInt();
    }

    public boolean privatePids() {
        return hello.flags().contains(PlaceFlag.PRIVATE_PIDS);
    }

    public PacketLink.Peer peer() {
        return link.peer();
    }

    /** Its HELLO is being answered: the place waits on. */
    public void working() {
        tell(PlaceType.WORKING, 0);
    }

    /** Lets the place begin its command afresh, and say why on the job's stderr. */
    public void start(String why) {
        link.send(PlaceCodec.encode(PlaceMessage.of(PlaceType.START, why)));
    }

    /** Lets the place begin its command afresh. */
    public void start() {
        tell(PlaceType.START, 0);
    }

    /**
     * Has the place run the restorer.
     *
     * @param restorerPid pid that the restorer shall have in the job's pid namespace, 0 for any
     */
    public void spawn(int restorerFd, int planFd, int restorerPid, ClockOffsets clocks) {
        link.send(PlaceCodec.encode(PlaceMessage.spawn(restorerPid, clocks)), restorerFd, planFd);
    }

    /**
     * Pid of the restorer in the job's pid namespace. What is said of a restorer before it is passed over.
     *
     * @throws Fault RESTART_FAILED when the place could not start it, or said nothing in time
     */
    public int awaitSpawned(Duration timeout) {
        PlaceMessage answer = expect(PlaceType.SPAWNED, Optional.of(timeout));
        if (answer.value() < 0) {
            throw new Fault(
                    FaultCode.RESTART_FAILED,
                    "ckpt-run cannot start the restorer: errno " + -answer.value(),
                    "look at errno(3); a pid that is taken is EEXIST (17)");
        }
        return Math.toIntExact(answer.value());
    }

    /** Memory of the job will come while it runs; the place takes orders about it from a socket, see ckpt_place.h. */
    public void loading(int orders) {
        link.send(PlaceCodec.encode(PlaceMessage.of(PlaceType.LOADING, 0)), orders);
    }

    /** All memory of the job is there. */
    public void loaded() {
        tell(PlaceType.LOADED, 0);
    }

    /** The rest of it cannot be had: the place ends the job, and asks for it again or leaves with {@code exitStatus}. */
    public void lost(int exitStatus, String why) {
        link.send(PlaceCodec.encode(PlaceMessage.lost(exitStatus, why)));
    }

    /** The job is restored: {@code innerRootPid} is its first process, in its own pid namespace. */
    public void run(int innerRootPid) {
        tell(PlaceType.RUN, innerRootPid);
    }

    /** The image is durable and the job is gone, or about to go: the place leaves with exit status 85. */
    public void vacated() {
        tell(PlaceType.VACATED, 0);
    }

    /** The signal it told of is the job's business. */
    public void pass() {
        tell(PlaceType.PASS, 0);
    }

    /** Nothing is to be started here: the place says {@code why} on stderr and leaves with {@code exitStatus}. */
    public void refuse(int exitStatus, String why) {
        link.send(PlaceCodec.encode(PlaceMessage.refuse(exitStatus, why)));
    }

    /** Ends every process of the job; the place leaves with {@code exitStatus}. */
    public void end(int exitStatus) {
        tell(PlaceType.END, exitStatus);
    }

    /** The next packet, or nothing when ckpt-run has closed. */
    public Optional<PlaceMessage> receive(Optional<Duration> timeout) {
        return link.receive(timeout).map(PlaceCodec::decode);
    }

    /**
     * Waits for the end of the job's first process; notices that come before are passed on.
     *
     * @return exit status as a shell gives it
     */
    public int awaitExit() {
        while (true) {
            PlaceMessage message = receive(Optional.empty()).orElseThrow(this::gone);
            if (message.type() == PlaceType.EXITED) {
                letGo();
                return new WaitStatus((int) message.value()).exitStatus();
            }
            if (message.type() == PlaceType.NOTICE) {
                pass();
            }
        }
    }

    /** A place that waits for a verdict on its job's end gets none from here; one that does not is gone already. */
    private void letGo() {
        try {
            pass();
        } catch (Fault gone) {
            // it did not wait
        }
    }

    /** False once it was closed here: what was spawned in it is gone, and ckpt-run asks again. */
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
        link.close();
    }

    private static int onlyChild(int pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::children)
                .mapToInt(child -> (int) child.pid())
                .findFirst()
                .orElseThrow(() -> new Fault(
                        FaultCode.RESTART_FAILED,
                        "ckpt-run " + pid + " has no init",
                        "look for what it wrote to its stderr; a pid namespace needs CAP_SYS_ADMIN"));
    }

    private void tell(PlaceType type, long value) {
        link.send(PlaceCodec.encode(PlaceMessage.of(type, value)));
    }

    private PlaceMessage expect(PlaceType type, Optional<Duration> timeout) {
        PlaceMessage message = receive(timeout).orElseThrow(this::gone);
        if (message.type() == type) {
            return message;
        }
        throw new Fault(
                FaultCode.RESTART_FAILED,
                "ckpt-run answered " + answer(message) + " instead of " + type,
                "look for what it wrote to its stderr");
    }

    private static String answer(PlaceMessage message) {
        return message.type() == PlaceType.EXITED
                ? "EXITED with " + new WaitStatus((int) message.value())
                : message.type().toString();
    }

    private Fault gone() {
        return new Fault(
                FaultCode.RESTART_FAILED,
                "ckpt-run is gone",
                "look for what it wrote to its stderr, and for the out-of-memory killer in the kernel log");
    }
}
