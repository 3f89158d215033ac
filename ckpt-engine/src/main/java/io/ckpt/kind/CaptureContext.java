package io.ckpt.kind;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.FileStatus;
import io.ckpt.freeze.FrozenJob;
import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.Rights;
import io.ckpt.freeze.StolenFile;
import java.util.Collection;
import java.util.List;

/** What a kind may ask while it captures. */
public interface CaptureContext {
    FrozenJob job();

    ObjectId id(StolenFile file);

    /**
     * Every descriptor of the job, in the order of processes and numbers; several may share a description. After them, files
     * that no process has open but that travel in a socket.
     */
    List<StolenFile> files();

    /**
     * One descriptor of each description of the same object (pipe, memfd, file) as {@code file}, in the order of {@link
     * #files}; {@code file} or another descriptor of its description is among them. See {@link FileIndex}.
     */
    List<StolenFile> descriptionsOf(StolenFile file);

    /** The sockets in the network namespace of the one that is being captured, and which of them the job has open. */
    SocketIndex sockets();

    /** Living processes of the job in the ipc namespace whose objects are being captured. */
    List<FrozenProcess> ipcMembers();

    /** True when that namespace is the job's own, and all that lies in it. */
    boolean isOwnIpc();

    /** CPUs of this node that are online. */
    Collection<Integer> nodeCpus();

    /** The file behind a mapping, asked once for all that map it. */
    FileStatus fileOf(MappedArea area);

    /** NT_GNU_BUILD_ID of a file that a process has mapped by this path; empty where the file has none. */
    ByteString buildId(FrozenProcess process, String path);

    /** Keeps the content of the file behind a mapping too, where such files are to go with the job. */
    void embed(MappedArea area);

    /** Keeps the pages of a private mapping that are its own: written to, or made without a file. */
    void keepPages(MappedArea area);

    /** True when the process still shares pages of a private mapping with others since a fork(2); see CommonMemory. */
    boolean isInherited(MappedArea area);

    /** True for the first of those that share pages of a mapping. */
    boolean isFirstHeir(MappedArea area);

    /**
     * The object behind a shared or deleted mapping: the open file description of it when the job holds one, else an
     * object that only mappings hold, kept by content.
     */
    ObjectId backing(MappedArea area);

    /** True when no checkpoint will come of it: nothing may be felt then, and the state that is returned is never stored. */
    default boolean isInVain() {
        return false;
    }

    /** False when there will be another try in a moment: what others could tell can be refused until then. */
    default boolean insists() {
        return true;
    }

    /** Says that an object cannot be carried. All refusals of a job are told together, before anything is written. */
    void refuse(int pid, String object, String reason, String remedy);

    /**
     * Says that the restart will open a path, as the user of the job's first process: where he may not, that is a refusal.
     *
     * @param access see {@link Rights.Access}
     */
    void opens(int pid, String object, String path, int access);

    /** Something worth telling that does not stop the checkpoint. */
    void warn(String message);

    /**
     * Keeps the first {@code length} bytes of a file (memfd, deleted file) as content of {@code id}; holes stay holes. The
     * file may be open for writing only, and its offset belongs to the job: the content is read through an opening of
     * its own.
     */
    void keepContent(ObjectId id, StolenFile file, long length);
}
