package io.ckpt.registry;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.FrozenThread;
import io.ckpt.freeze.IpcObject;
import io.ckpt.freeze.StolenFile;
import io.ckpt.kind.CommonArea;
import io.ckpt.kind.JobCgroup;
import io.ckpt.kind.MappedArea;
import io.ckpt.kind.ObjectKind;
import io.ckpt.kind.OwnNamespace;
import io.ckpt.kind.file.CgroupFileKind;
import io.ckpt.kind.file.DeletedFileKind;
import io.ckpt.kind.file.DeviceKind;
import io.ckpt.kind.file.DirectoryKind;
import io.ckpt.kind.file.EventCounterKind;
import io.ckpt.kind.file.EventPollKind;
import io.ckpt.kind.file.FanotifyKind;
import io.ckpt.kind.file.FifoKind;
import io.ckpt.kind.file.InotifyKind;
import io.ckpt.kind.file.MemoryFileKind;
import io.ckpt.kind.file.PathKind;
import io.ckpt.kind.file.PidDescriptorKind;
import io.ckpt.kind.file.PipeKind;
import io.ckpt.kind.file.PosixQueueKind;
import io.ckpt.kind.file.ProcessFileKind;
import io.ckpt.kind.file.PseudoTerminalKind;
import io.ckpt.kind.file.RegularFileKind;
import io.ckpt.kind.file.SharedMemoryFileKind;
import io.ckpt.kind.file.SignalDescriptorKind;
import io.ckpt.kind.file.StandardStreamKind;
import io.ckpt.kind.file.TimerDescriptorKind;
import io.ckpt.kind.file.TravellingKind;
import io.ckpt.kind.file.UnsupportedKind;
import io.ckpt.kind.ipc.MessageQueueKind;
import io.ckpt.kind.ipc.SemaphoreSetKind;
import io.ckpt.kind.ipc.SharedSegmentKind;
import io.ckpt.kind.memory.AnonymousKind;
import io.ckpt.kind.memory.CommonMemoryKind;
import io.ckpt.kind.memory.EmbeddedFileKind;
import io.ckpt.kind.memory.FileMappingKind;
import io.ckpt.kind.memory.HugePagesKind;
import io.ckpt.kind.memory.PagedByProgramKind;
import io.ckpt.kind.memory.ProtectedByKeyKind;
import io.ckpt.kind.memory.SegmentKind;
import io.ckpt.kind.memory.SharedMemoryKind;
import io.ckpt.kind.memory.SharedObjectKind;
import io.ckpt.kind.memory.UnsupportedMappingKind;
import io.ckpt.kind.memory.VdsoKind;
import io.ckpt.kind.namespace.CgroupNamespaceKind;
import io.ckpt.kind.namespace.IpcNamespaceKind;
import io.ckpt.kind.namespace.MountNamespaceKind;
import io.ckpt.kind.namespace.NetworkNamespaceKind;
import io.ckpt.kind.namespace.OwnCgroupKind;
import io.ckpt.kind.namespace.PidNamespaceKind;
import io.ckpt.kind.namespace.TimeNamespaceKind;
import io.ckpt.kind.namespace.UnsupportedNamespaceKind;
import io.ckpt.kind.namespace.UserNamespaceKind;
import io.ckpt.kind.namespace.UtsNamespaceKind;
import io.ckpt.kind.net.NetlinkKind;
import io.ckpt.kind.net.PacketSocketKind;
import io.ckpt.kind.net.RawSocketKind;
import io.ckpt.kind.net.SocketPairKind;
import io.ckpt.kind.net.TcpConnectingKind;
import io.ckpt.kind.net.TcpConnectionKind;
import io.ckpt.kind.net.TcpIdleKind;
import io.ckpt.kind.net.TcpListenerKind;
import io.ckpt.kind.net.TcpOutsideKind;
import io.ckpt.kind.net.UdpKind;
import io.ckpt.kind.net.UnixAloneKind;
import io.ckpt.kind.net.UnixConnectingKind;
import io.ckpt.kind.net.UnixListenerKind;
import io.ckpt.kind.net.UnixOutsideKind;
import io.ckpt.kind.net.UnsupportedSocketKind;
import io.ckpt.kind.process.DescriptorTableKind;
import io.ckpt.kind.process.DirectoriesKind;
import io.ckpt.kind.process.FileLocksKind;
import io.ckpt.kind.process.FileOwnersKind;
import io.ckpt.kind.process.IntervalTimersKind;
import io.ckpt.kind.process.KeyringsKind;
import io.ckpt.kind.process.MappingPoliciesKind;
import io.ckpt.kind.process.MemoryLayoutKind;
import io.ckpt.kind.process.PendingProcessSignalsKind;
import io.ckpt.kind.process.PosixTimersKind;
import io.ckpt.kind.process.ProcessTraitsKind;
import io.ckpt.kind.process.ResourceLimitsKind;
import io.ckpt.kind.process.SecurityLabelKind;
import io.ckpt.kind.process.SignalActionsKind;
import io.ckpt.kind.process.UnbornPidNamespaceKind;
import io.ckpt.kind.thread.CredentialsKind;
import io.ckpt.kind.thread.MemoryPolicyKind;
import io.ckpt.kind.thread.PendingThreadSignalsKind;
import io.ckpt.kind.thread.RegistersKind;
import io.ckpt.kind.thread.SchedulingKind;
import io.ckpt.kind.thread.SeccompKind;
import io.ckpt.kind.thread.ThreadTraitsKind;
import java.util.List;
import java.util.stream.Stream;

/** Every kind there is. A new kind is one line here. */
public final class Kinds {
    /** Namespaces of the job's own: the first that accepts one gets it. */
    public static final List<ObjectKind<OwnNamespace, ?>> NAMESPACES = List.of(
            new PidNamespaceKind(),
            new UserNamespaceKind(), // before those that it owns
            new UtsNamespaceKind(),
            new IpcNamespaceKind(),
            new CgroupNamespaceKind(),
            new NetworkNamespaceKind(),
            new TimeNamespaceKind(), // before a view of the files that may lack /proc
            new MountNamespaceKind(),
            new UnsupportedNamespaceKind());

    /** Cgroups that the job made. */
    public static final List<ObjectKind<JobCgroup, ?>> CGROUPS = List.of(new OwnCgroupKind());

    /** Open files: the first that accepts a description gets it. */
    public static final List<ObjectKind<StolenFile, ?>> FILES = List.of(
            new TravellingKind(), // first: nothing else may take what has no number
            new PseudoTerminalKind(), // early: one of the job's own is no stream of its place
            new StandardStreamKind(), // early: a pipe or socket of the place is no pipe or socket of the job
            new ProcessFileKind(),
            new CgroupFileKind(), // before files that stay where they are
            new PathKind(),
            new PosixQueueKind(), // before regular files, which it seems to be
            new SharedMemoryFileKind(),
            new RegularFileKind(),
            new MemoryFileKind(),
            new DeletedFileKind(),
            new DirectoryKind(),
            new DeviceKind(),
            new PipeKind(),
            new FifoKind(),
            new EventCounterKind(),
            new SignalDescriptorKind(),
            new TimerDescriptorKind(),
            new InotifyKind(),
            new FanotifyKind(),
            new PidDescriptorKind(),
            new EventPollKind(), // after what must be open under its final number when it is watched
            new UnixListenerKind(),
            new SocketPairKind(), // accepted from a listening socket, before those that wait there
            new UnixConnectingKind(),
            new UnixAloneKind(),
            new UnixOutsideKind(),
            new TcpListenerKind(),
            new TcpIdleKind(),
            new TcpConnectingKind(),
            new TcpConnectionKind(),
            new TcpOutsideKind(),
            new UdpKind(),
            new RawSocketKind(),
            new PacketSocketKind(),
            new NetlinkKind(),
            new UnsupportedSocketKind(),
            new UnsupportedKind()); // last: refuses

    /** Objects that only mappings hold: the first that accepts one gets it. */
    public static final List<ObjectKind<StolenFile, ?>> SHARED_OBJECTS =
            List.of(new SharedSegmentKind(), new SharedObjectKind());

    /** Files that are mapped and go with the job. */
    public static final ObjectKind<StolenFile, ?> EMBEDDED_FILE = new EmbeddedFileKind();

    /** System V objects of the node that processes of the job use: the first that accepts one gets it. */
    public static final List<ObjectKind<IpcObject, ?>> IPC = List.of(new MessageQueueKind(), new SemaphoreSetKind());

    /** Private memory that processes share since a fork(2). */
    public static final ObjectKind<CommonArea, ?> COMMON_MEMORY = new CommonMemoryKind();

    /** Mappings: the first that accepts one gets it. */
    public static final List<ObjectKind<MappedArea, ?>> MAPPINGS = List.of(
            new VdsoKind(), // first: the kernel takes the old address only as a hint
            new ProtectedByKeyKind(), // before all that could be so protected: refuses
            new PagedByProgramKind(), // likewise
            new AnonymousKind(),
            new HugePagesKind(), // before shared memory, whose name it has
            new SegmentKind(),
            new SharedMemoryKind(),
            new FileMappingKind(),
            new UnsupportedMappingKind());

    /** Each of them looks at every process, in this order. */
    public static final List<ObjectKind<FrozenProcess, ?>> PROCESSES = List.of(
            new DescriptorTableKind(),
            new FileLocksKind(),
            new FileOwnersKind(), // after leases, which have an owner
            new DirectoriesKind(),
            new ProcessTraitsKind(),
            new MemoryLayoutKind(),
            new MappingPoliciesKind(),
            new SignalActionsKind(),
            new PendingProcessSignalsKind(),
            new IntervalTimersKind(),
            new PosixTimersKind(),
            new ResourceLimitsKind(),
            new SecurityLabelKind(),
            new KeyringsKind(),
            new UnbornPidNamespaceKind());

    /** Which a first thread keeps that has ended before the others. */
    public static final ObjectKind<FrozenThread, ?> CREDENTIALS = new CredentialsKind();

    /** Each of them looks at every thread, in this order. */
    public static final List<ObjectKind<FrozenThread, ?>> THREADS = List.of(
            new RegistersKind(),
            new ThreadTraitsKind(),
            new SchedulingKind(),
            new MemoryPolicyKind(),
            new SeccompKind(),
            new PendingThreadSignalsKind(),
            CREDENTIALS); // last: afterwards a thread may no more than its owner

    private Kinds() {}

    /** What others refer to comes before them. */
    public static Stream<ObjectKind<?, ?>> inPlanningOrder() {
        return Stream.of(
                        NAMESPACES,
                        CGROUPS,
                        IPC,
                        SHARED_OBJECTS,
                        List.of(EMBEDDED_FILE),
                        FILES,
                        List.of(COMMON_MEMORY),
                        MAPPINGS,
                        PROCESSES,
                        THREADS)
                .flatMap(List::stream);
    }
}
