package io.ckpt.freeze;

import java.util.List;
import java.util.Optional;

/** What everybody on a node shares. */
public interface NodeNames {
    /** Text of a file, {@code /proc/sysvipc/shm}, as the node shows it. */
    String text(String file);

    /** What lies at a path; nothing when there is no such file. */
    default Optional<FileStatus> status(String path) {
        return Optional.empty();
    }

    /** System V objects of the ipc namespace of this process. */
    default List<IpcObject> ipcObjects() {
        return List.of();
    }

    /** Of the node that this process runs on. */
    static NodeNames here() {
        return new NodeNames() {
            @Override
            public String text(String file) {
                return NodeText.read(file);
            }

            @Override
            public Optional<FileStatus> status(String path) {
                return NodeFiles.status(path);
            }

            @Override
            public List<IpcObject> ipcObjects() {
                return IpcObject.all();
            }
        };
    }
}
