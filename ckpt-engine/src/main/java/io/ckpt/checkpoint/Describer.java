package io.ckpt.checkpoint;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.ckpt.fault.Fault;
import io.ckpt.fault.Refusal;
import io.ckpt.freeze.CgroupMounts;
import io.ckpt.freeze.FileStatus;
import io.ckpt.freeze.FrozenJob;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.FrozenThread;
import io.ckpt.freeze.Inquiry;
import io.ckpt.freeze.IpcObject;
import io.ckpt.freeze.MessageQueue;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.ObjectState;
import io.ckpt.image.v1.ProcessEntry;
import io.ckpt.kernel.NamespaceSort;
import io.ckpt.kind.BackingFiles;
import io.ckpt.kind.BuildId;
import io.ckpt.kind.CaptureContext;
import io.ckpt.kind.CommonArea;
import io.ckpt.kind.FileIndex;
import io.ckpt.kind.MappedArea;
import io.ckpt.kind.ObjectId;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.PidBirths;
import io.ckpt.kind.PidNumbers;
import io.ckpt.kind.ProcessTree;
import io.ckpt.kind.SocketIndex;
import io.ckpt.kind.memory.EmbeddedFileKind;
import io.ckpt.memory.EmbeddedFiles;
import io.ckpt.procfs.ProcStat;
import io.ckpt.procfs.ProcStatus;
import io.ckpt.procfs.Smaps;
import io.ckpt.procfs.Vma;
import io.ckpt.registry.Kinds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Has every object of a frozen job captured by its kind, and tells all that cannot be carried in one answer. */
final class Describer implements CaptureContext {
    private static final List<NamespaceSort> AROUND_PROCESS =
            List.of(NamespaceSort.NETWORK, NamespaceSort.IPC, NamespaceSort.USER);

    private static final List<NamespaceSort> AROUND_FILE = List.of(NamespaceSort.IPC, NamespaceSort.USER);

    /** @param ipc of a System V segment, whose number is its id, the namespace that counts it */
    private record Inode(long device, long number, List<ObjectId> ipc) {}

    /** A file as maps names it; some file systems have other numbers in stat(2). */
    private record MappedFile(int major, int minor, long inode, List<ObjectId> ipc) {}

    private final FrozenJob job;
    private final Collection<Integer> nodeCpus;
    private final boolean embedsFiles;
    private final boolean examines;
    private final boolean insists;
    private final List<FrozenProcess> living;
    private final CommonMemory common;
    private final List<StolenFile> files;
    private final FileIndex index;
    private final JobNamespaces namespaces;
    private final PathNamespaces paths;
    private final SocketNetworks networks;
    private final Map<Integer, Integer> innerPids = new HashMap<>();
    private final Map<MappedFile, FileStatus> mappedFiles = new HashMap<>();
    private final Map<MappedFile, ByteString> buildIds = new HashMap<>();
    private final Map<Inode, ObjectId> sharedObjects = new HashMap<>();
    private final Set<ObjectId> seenFiles = new HashSet<>();
    private final List<EmbeddedFiles.Found> embedded = new ArrayList<>();
    private final List<ProcessEntry> processes = new ArrayList<>();
    private final Set<Integer> goneLeaders = new LinkedHashSet<>();
    private final List<ObjectState> objects = new ArrayList<>();
    private final List<Description.Pages> pages = new ArrayList<>();
    private final List<Description.Content> contents = new ArrayList<>();
    private final List<StolenFile> written = new ArrayList<>();
    private final List<Runnable> felt = new ArrayList<>();
    private final Openings openings = new Openings();
    private final List<Refusal> refusals = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private List<FrozenProcess> ipcMembers = List.of();
    private boolean ownIpc;
    private SocketIndex sockets;

    private Describer(
            FrozenJob job, Collection<Integer> nodeCpus, boolean embedsFiles, boolean examines, boolean insists) {
        this.job = job;
        this.embedsFiles = embedsFiles;
        this.examines = examines;
        this.insists = insists;
        this.nodeCpus = nodeCpus;
        this.living =
                job.processes().stream().filter(process -> !process.isZombie()).toList();
        this.common = new CommonMemory(living);
        this.files = Stream.concat(
                        living.stream().flatMap(process -> process.files().stream()), job.travellingFiles().stream())
                .toList();
        this.index = new FileIndex(files);
        this.namespaces = new JobNamespaces(job, living);
        this.networks = new SocketNetworks(namespaces, living, files);
        this.paths = new PathNamespaces(namespaces, job, this);
        job.processes().forEach(process -> innerPids.put(process.pid(), process.innerPid()));
    }

    /** What stands against a checkpoint, and what is worth telling of it. */
    record Findings(List<Refusal> refusals, List<String> warnings) {}

    static Findings examine(FrozenJob job, Collection<Integer> nodeCpus) {
        Describer describer = new Describer(job, nodeCpus, false, true, false);
        describer.captureAll();
        return new Findings(List.copyOf(describer.refusals), List.copyOf(describer.warnings));
    }

    /**
     * Every refusal at once is UNSUPPORTED_OBJECT.
     *
     * @param embedsFiles programs and libraries go with the job
     * @param insists what others could tell is done, where it may be over in a moment by itself
     */
    static Description describe(FrozenJob job, Collection<Integer> nodeCpus, boolean embedsFiles, boolean insists) {
        return new Describer(job, nodeCpus, embedsFiles, false, insists).describe();
    }

    private Description describe() {
        captureAll();
        if (!refusals.isEmpty()) {
            throw Fault.refusals(refusals);
        }
        return new Description(processes, goneLeaders, objects, pages, contents, written, embedded, warnings);
    }

    private void captureAll() {
        ask();
        namespaces
                .own()
                .forEach(each -> captureFirst(
                        Kinds.NAMESPACES, each, each.id(), each.owner().stream().toList()));
        captureCgroups();
        for (FrozenProcess process : job.processes()) {
            processes.add(entry(process));
            noteGoneLeaders(process.procStatus());
            if (!process.isZombie()) {
                captureProcess(process);
                captureThreads(process);
                captureFirstThread(process);
                captureMappings(process);
            }
        }
        captureCommonMemory();
        captureFiles();
        captureSystemV();
        requireUsualSharing();
        requireOrderOfForks();
        refusals.addAll(openings.refusals(job.processes().get(0)));
        felt.forEach(Runnable::run);
    }

    private void captureCgroups() {
        JobCgroups cgroups = new JobCgroups(job, living, CgroupMounts.here());
        cgroups.own().forEach(each -> captureFirst(Kinds.CGROUPS, each, each.id(), List.of()));
        warnings.addAll(cgroups.warnings());
    }

    private void captureProcess(FrozenProcess process) {
        List<ObjectId> around = paths.ofProgram(process);
        paths.requireDirectory(process);
        captureAll(Kinds.PROCESSES, process, ObjectId.process(process.innerPid()), around);
    }

    private void captureThreads(FrozenProcess process) {
        List<ObjectId> around = namespaces.of(process, List.of(NamespaceSort.USER));
        process.threads()
                .forEach(thread -> captureAll(Kinds.THREADS, thread, ObjectId.thread(thread.innerTid()), around));
    }

    /** Reads maps first, which must show no guest. */
    private void ask() {
        living.forEach(FrozenProcess::mappings);
        job.ask(inquiries());
    }

    /** What the kinds will ask of every task. */
    private Map<FrozenThread, List<Inquiry>> inquiries() {
        Map<FrozenThread, List<Inquiry>> inquiries = new HashMap<>();
        job.processes().stream().filter(process -> !process.isZombie()).forEach(process -> {
            process.threads().forEach(thread -> inquiries.put(thread, inquiries(Kinds.THREADS, thread)));
            inquiries.get(process.threads().get(0)).addAll(inquiries(Kinds.PROCESSES, process));
        });
        return inquiries;
    }

    private <T> List<Inquiry> inquiries(List<ObjectKind<T, ?>> kinds, T object) {
        return kinds.stream()
                .filter(kind -> kind.accepts(object, this))
                .flatMap(kind -> kind.inquiries(object).stream())
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** One that has ended is still who answers for the process: a signal needs its permission. */
    private void captureFirstThread(FrozenProcess process) {
        if (hasLostFirstThread(process)) {
            capture(Kinds.CREDENTIALS, process.threads().get(0), ObjectId.thread(process.innerPid()), List.of());
        }
    }

    private ProcessEntry entry(FrozenProcess process) {
        String leader = "task/" + process.pid() + "/";
        ProcStatus status = process.procStatus(leader + "status");
        ProcessEntry.Builder entry = ProcessEntry.newBuilder()
                .setPid(process.innerPid())
                .setPpid(innerPids.getOrDefault(status.parent(), 0))
                .setPgid(status.innerProcessGroup())
                .setSid(status.innerSession())
                .setName(status.name());
        if (process.isZombie()) {
            entry.setExitStatus(ProcStat.parse(process.text(leader + "stat")).exitCode());
        } else if (hasLostFirstThread(process)) {
            entry.setFirstThreadStatus(
                    ProcStat.parse(process.text(leader + "stat")).exitCode());
        }
        entry.setInUserNamespace(namespaces.of(process, NamespaceSort.USER).isPresent());
        process.threads().stream().map(FrozenThread::innerTid).forEach(entry::addTids);
        return entry.build();
    }

    /** Whoever still can be seen leads from outside. */
    private void noteGoneLeaders(ProcStatus status) {
        if (status.innerSession() != 0 && !job.isThere(status.session())) {
            goneLeaders.add(status.innerSession());
        }
        if (status.innerProcessGroup() != 0 && !job.isThere(status.processGroup())) {
            goneLeaders.add(status.innerProcessGroup());
        }
    }

    private static boolean hasLostFirstThread(FrozenProcess process) {
        return !process.isZombie() && process.threads().stream().noneMatch(thread -> thread.tid() == process.pid());
    }

    private void requireOrderOfForks() {
        try {
            PidBirths.require(new ProcessTree(processes, goneLeaders), PidNumbers.in(objects));
        } catch (Fault impossible) {
            refuse(job.processes().get(0).pid(), "sessions", impossible.getMessage(), impossible.remedy());
        }
    }

    /** They belong to nobody; the kernel only tells who operated on them last. */
    private void captureSystemV() {
        List<FrozenProcess> ofPlace = living.stream()
                .filter(process -> namespaces.of(process, NamespaceSort.IPC).isEmpty())
                .toList();
        captureSystemV(ofPlace, List.of());
        namespaces.own(NamespaceSort.IPC).forEach(each -> captureSystemV(each.members(), List.of(each.id())));
    }

    private void captureSystemV(List<FrozenProcess> members, List<ObjectId> around) {
        if (!members.isEmpty()) {
            ipcMembers = members;
            ownIpc = !around.isEmpty();
            members.get(0).inside(NamespaceSort.IPC, () -> captureSystemV(around));
        }
    }

    private Void captureSystemV(List<ObjectId> around) {
        for (IpcObject object : IpcObject.all()) {
            String sort = object instanceof MessageQueue ? "queue:" : "semaphores:";
            String id = sort
                    + object.entry().id()
                    + around.stream().map(ObjectId::value).collect(Collectors.joining());
            captureFirst(Kinds.IPC, object, new ObjectId(id), around);
        }
        StraySystemV.of(ipcMembers, ownIpc).warnings().forEach(this::warn);
        return null;
    }

    /** Only what fork(2) and pthread_create(3) make is made again. */
    private void requireUsualSharing() {
        job.unusualSharing()
                .forEach(each -> refuse(
                        each.pid(),
                        each.object(),
                        each.how(),
                        "run the program without clone(2) or unshare(2) of that sort"));
    }

    private void captureMappings(FrozenProcess process) {
        Smaps smaps = process.smaps();
        for (Vma vma : process.mappings()) {
            MappedArea area = new MappedArea(process, vma, smaps.at(vma.start()));
            ObjectId id = new ObjectId("mapping:" + process.innerPid() + "/" + Long.toHexString(vma.start()));
            captureFirst(Kinds.MAPPINGS, area, id, around(process, paths.of(area)));
        }
    }

    private void captureCommonMemory() {
        for (CommonPages pages : common.places()) {
            CommonArea area = pages.area(living);
            capture(Kinds.COMMON_MEMORY, area, new ObjectId("common:" + Long.toHexString(area.start())), List.of());
        }
    }

    private void captureFiles() {
        Set<Integer> seen = new HashSet<>();
        for (StolenFile file : files) {
            if (seen.add(file.description()) && networks.know(file, this)) {
                sockets = networks.of(file);
                kinds(Kinds.FILES, file).findFirst().ifPresent(kind -> captureFile(kind, file));
                noteWritten(file);
            }
        }
    }

    private void captureFile(ObjectKind<StolenFile, ?> kind, StolenFile file) {
        if (kind.isFelt()) {
            felt.add(() -> {
                sockets = networks.of(file);
                capture(kind, file, id(file), around(file));
            });
        } else {
            capture(kind, file, id(file), around(file));
        }
    }

    private void noteWritten(StolenFile file) {
        if (file.status().isRegular() && io.ckpt.kind.Description.of(file).writable()) {
            written.add(file);
        }
    }

    private <T> void captureAll(List<ObjectKind<T, ?>> kinds, T object, ObjectId id, List<ObjectId> around) {
        kinds(kinds, object).forEach(kind -> capture(kind, object, id, around));
    }

    private <T> void captureFirst(List<ObjectKind<T, ?>> kinds, T object, ObjectId id, List<ObjectId> around) {
        kinds(kinds, object).findFirst().ifPresent(kind -> capture(kind, object, id, around));
    }

    private <T> Stream<ObjectKind<T, ?>> kinds(List<ObjectKind<T, ?>> kinds, T object) {
        return kinds.stream().filter(kind -> kind.accepts(object, this));
    }

    /** @param around namespaces of the job's own that the object is in */
    private <T> void capture(ObjectKind<T, ?> kind, T object, ObjectId id, List<ObjectId> around) {
        objects.add(captured(kind, object, id, around));
    }

    private <T> ObjectState captured(ObjectKind<T, ?> kind, T object, ObjectId id, List<ObjectId> around) {
        Message state = kind.capture(object, this);
        ObjectState.Builder captured = ObjectState.newBuilder()
                .setId(id.toString())
                .setKind(kind.name())
                .setState(Any.pack(state));
        around.forEach(namespace -> captured.addNamespaces(namespace.toString()));
        return captured.build();
    }

    private List<ObjectId> around(StolenFile file) {
        return Stream.of(
                        networks.around(file).stream(),
                        namespaces.of(file.process(), AROUND_FILE).stream(),
                        paths.of(file).stream())
                .flatMap(stream -> stream)
                .toList();
    }

    private List<ObjectId> around(FrozenProcess process, List<ObjectId> ofPath) {
        return Stream.concat(namespaces.of(process, AROUND_PROCESS).stream(), ofPath.stream())
                .toList();
    }

    @Override
    public FrozenJob job() {
        return job;
    }

    @Override
    public ObjectId id(StolenFile file) {
        return ObjectId.file(file.description());
    }

    @Override
    public List<StolenFile> files() {
        return files;
    }

    @Override
    public List<StolenFile> descriptionsOf(StolenFile file) {
        return index.descriptionsOf(file);
    }

    @Override
    public SocketIndex sockets() {
        return sockets;
    }

    @Override
    public List<FrozenProcess> ipcMembers() {
        return ipcMembers;
    }

    @Override
    public boolean isOwnIpc() {
        return ownIpc;
    }

    @Override
    public Collection<Integer> nodeCpus() {
        return nodeCpus;
    }

    @Override
    public FileStatus fileOf(MappedArea area) {
        Vma vma = area.vma();
        return mappedFiles.computeIfAbsent(
                new MappedFile(vma.major(), vma.minor(), vma.inode(), ipcOf(area)),
                any -> area.process().status(vma.mapFile()));
    }

    private List<ObjectId> ipcOf(MappedArea area) {
        boolean isSegment = area.vma().path().startsWith("/SYSV");
        return isSegment ? namespaces.of(area.process(), List.of(NamespaceSort.IPC)) : List.of();
    }

    @Override
    public ByteString buildId(FrozenProcess process, String path) {
        return process.mappings().stream()
                .filter(vma ->
                        vma.offset() == 0 && vma.hasFile() && vma.filePath().equals(path))
                .findFirst()
                .map(vma -> buildIds.computeIfAbsent(
                        new MappedFile(vma.major(), vma.minor(), vma.inode(), List.of()), any -> buildId(process, vma)))
                .orElse(ByteString.EMPTY);
    }

    /** As the file is mapped: to open it would take longer. */
    private static ByteString buildId(FrozenProcess process, Vma vma) {
        int length = (int) Math.min(BuildId.BEGINNING, vma.end() - vma.start());
        return process.tryRead(vma.start(), length).map(BuildId::in).orElse(ByteString.EMPTY);
    }

    @Override
    public boolean isInherited(MappedArea area) {
        return common.of(area).isPresent();
    }

    @Override
    public boolean isFirstHeir(MappedArea area) {
        return common.of(area).filter(pages -> pages.isFirst(area.process())).isPresent();
    }

    @Override
    public void embed(MappedArea area) {
        if (embedsFiles) {
            Optional<ObjectId> mounts = OwnNamespace.ofSort(NamespaceSort.MOUNT, paths.of(area));
            ObjectId id = BackingFiles.id(mounts, area.vma().filePath());
            if (seenFiles.add(id)) {
                embed(id, area.process().reopened(area.vma().mapFile()));
            }
        }
    }

    private void embed(ObjectId id, StolenFile mapped) {
        long size = mapped.status().size();
        if (size > EmbeddedFileKind.MOST_BYTES) {
            warn(mapped.link() + " is mapped and does not go with the job: of its " + (size >> 20)
                    + " MiB no more than " + (EmbeddedFileKind.MOST_BYTES >> 20) + " are carried");
        } else {
            embedded.add(new EmbeddedFiles.Found(captured(Kinds.EMBEDDED_FILE, mapped, id, List.of()), mapped));
        }
    }

    @Override
    public void keepPages(MappedArea area) {
        ObjectId id = ObjectId.memory(area.process().innerPid());
        pages.add(new Description.Pages(
                id, area.process(), area.vma().start(), area.vma().end(), common.of(area)));
    }

    @Override
    public ObjectId backing(MappedArea area) {
        StolenFile mapped = area.process().reopened(area.vma().mapFile());
        List<StolenFile> open = index.descriptionsOf(mapped);
        if (!open.isEmpty()) {
            return id(open.get(0));
        }
        FileStatus status = mapped.status();
        return sharedObjects.computeIfAbsent(
                new Inode(status.device(), status.inode(), ipcOf(area)), inode -> captureShared(mapped, status.size()));
    }

    private ObjectId captureShared(StolenFile mapped, long size) {
        ObjectId id = new ObjectId("shared:" + sharedObjects.size());
        captureFirst(Kinds.SHARED_OBJECTS, mapped, id, around(mapped.process(), paths.of(mapped)));
        keepContent(id, mapped, size);
        return id;
    }

    @Override
    public boolean insists() {
        return insists;
    }

    @Override
    public boolean isInVain() {
        return examines || !refusals.isEmpty();
    }

    @Override
    public void refuse(int pid, String object, String reason, String remedy) {
        refusals.add(new Refusal(pid, object, reason, remedy));
    }

    @Override
    public void opens(int pid, String object, String path, int access) {
        if (namespaces.own(NamespaceSort.MOUNT).isEmpty()) { // elsewhere a path alone does not tell what is opened
            openings.add(pid, object, path, access);
        }
    }

    @Override
    public void warn(String message) {
        warnings.add(message);
    }

    @Override
    public void keepContent(ObjectId id, StolenFile file, long length) {
        contents.add(new Description.Content(id, file.reopened(), length));
    }
}
