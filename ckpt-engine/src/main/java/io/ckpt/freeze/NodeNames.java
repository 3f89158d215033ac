package io.ckpt.freeze;

import java.util.List;

/** What everybody on a node shares. */
public interface NodeNames {
    /** Text of a file, {@code /proc/sysvipc/shm}, as the node shows it. */
    String text(String file);

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
            public List<IpcObject> ipcObjects() {
                return IpcObject.all();
            }
        };
    }
}
