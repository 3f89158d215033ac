package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Signals;
import io.ckpt.procfs.ProcStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A job held by ptrace(2). May be used from any thread. */
final class SeizedJob implements FrozenJob {
    private static final int DEATH_MILLIS = 30_000;

    private final TracerThread tracer;
    private final ForeseenMemory foreseen;
    private final int depth;
    private final long since;
    private final List<SeizedProcess> processes = new ArrayList<>();
    private final Descriptions descriptions = new Descriptions(this);
    private final Travelling travelling = new Travelling(this);
    private final Map<String, SocketDiagnosis> sockets = new HashMap<>();
    private Map<String, SeizedProcess> networks;
    private FileHolders holders;
    private final Map<CallInstruction.Origin, CallInstruction> knownCode = new ConcurrentHashMap<>();
    private Map<Integer, ThreadState> threadStates;
    private boolean released;
    private long until;

    /**
     * On the tracer thread.
     *
     * @param depth how many pid namespaces that of the job lies within that of this process
     * @param stopped threads by process, true for one that job control stopped
     */
    SeizedJob(
            TracerThread tracer,
            ForeseenMemory foreseen,
            int depth,
            Map<Integer, Map<Integer, Boolean>> stopped,
            long since) {
        this.tracer = tracer;
        this.foreseen = foreseen;
        this.depth = depth;
        this.since = since;
        stopped.forEach((pid, threads) -> processes.add(new SeizedProcess(this, pid, threads)));
    }

    @Override
    public List<FrozenProcess> processes() {
        return List.copyOf(processes);
    }

    @Override
    public List<StolenFile> travellingFiles() {
        return travelling.files();
    }

    @Override
    public boolean isThere(int pid) {
        return !ProcFiles.numbers(pid + "/task").isEmpty();
    }

    @Override
    public List<UnusualSharing> unusualSharing() {
        return UnusualSharing.in(processes);
    }

    @Override
    public String outerLink(String name) {
        return ProcFiles.tryLink(parent() + "/" + name).orElseGet(() -> ProcFiles.link("self/" + name));
    }

    @Override
    public String outerText(String name) {
        return ProcFiles.tryText(parent() + "/" + name).orElseGet(() -> ProcFiles.text("self/" + name));
    }

    private int parent() {
        return ProcStatus.parse(processes.get(0).text("status")).parent();
    }

    @Override
    public <R> R whileHeld(Supplier<R> work) {
        return tracer.call(work);
    }

    @Override
    public void ask(Map<FrozenThread, List<Inquiry>> inquiries) {
        Inquiries all = new Inquiries();
        processes.stream()
                .flatMap(process -> process.seizedThreads().stream())
                .forEach(thread -> all.add(thread, inquiries.getOrDefault(thread, List.of())));
        tracer.run(all::make);
    }

    @Override
    public synchronized long frozenNanos() {
        return (released ? until : System.nanoTime()) - since;
    }

    int depth() {
        return depth;
    }

    TracerThread tracer() {
        return tracer;
    }

    ForeseenMemory foreseen() {
        return foreseen;
    }

    synchronized ThreadState threadState(int tid) {
        if (threadStates == null) {
            threadStates = tracer.call(() -> processes.stream()
                    .flatMap(process -> process.seizedThreads().stream())
                    .collect(Collectors.toMap(SeizedThread::tid, SeizedThread::readState)));
        }
        return threadStates.get(tid);
    }

    /** Where one process has the code of remote calls, others have it too. */
    Map<CallInstruction.Origin, CallInstruction> knownCode() {
        return knownCode;
    }

    Descriptions descriptions() {
        return descriptions;
    }

    Travelling travelling() {
        return travelling;
    }

    /** Looked for once: a node may have many files open. */
    synchronized FileHolders holders() {
        if (holders == null) {
            holders = new FileHolders(this);
        }
        return holders;
    }

    /** Asked in the network namespace of the socket, where a process of the job lives in it. */
    synchronized SocketDiagnosis sockets(HeldFile socket) {
        String network = networks().size() > 1 ? socket.socket().network() : "";
        return sockets.computeIfAbsent(
                network,
                name -> new SocketDiagnosis(
                        networks().getOrDefault(name, socket.process()).task()));
    }

    /** Somebody who lives in it, for each network namespace of the job's processes. */
    private Map<String, SeizedProcess> networks() {
        if (networks == null) {
            networks = processes.stream()
                    .filter(process -> !process.isZombie())
                    .collect(Collectors.toMap(
                            process -> process.link("ns/net"), process -> process, (first, other) -> first));
        }
        return networks;
    }

    @Override
    public synchronized void kill() {
        List<SeizedProcess> living =
                processes.stream().filter(process -> !process.isZombie()).toList();
        descriptions.resetConnections();
        travelling.resetConnections();
        living.forEach(process -> {
            process.pidfd();
            LibCkpt.kill(process.pid(), Signals.KILL);
        });
        tracer.close(); // a traced thread does not go before its tracer lets it
        living.forEach(process -> KernelAnswer.require(
                LibCkpt.waitGone(process.pidfd(), DEATH_MILLIS),
                () -> "pid " + process.pid() + ": waiting for its end"));
        release();
    }

    @Override
    public synchronized void close() {
        if (!released) {
            tracer.run(() -> processes.forEach(SeizedProcess::detach));
            tracer.close();
            release();
        }
    }

    @Override
    public synchronized void closeBeside(LivePages pages) {
        if (!released) {
            int[] tasks = processes.stream()
                    .flatMap(process -> process.seizedThreads().stream()
                            .flatMap(thread ->
                                    Stream.of(thread.tid(), pages.space(process), thread.jobControlStopped() ? 1 : 0)))
                    .mapToInt(Integer::intValue)
                    .toArray();
            pages.escorted(tracer.closeAfter(() -> pages.escort(tasks)));
            release();
        }
    }

    private void release() {
        released = true;
        until = System.nanoTime();
        descriptions.close();
        travelling.close();
        sockets.values().forEach(SocketDiagnosis::close);
        sockets.clear();
        processes.forEach(SeizedProcess::close);
    }
}
