package io.ckpt.kind.ipc;

import io.ckpt.freeze.IpcObject;
import io.ckpt.freeze.NodeNames;
import java.util.List;

/** A node as it was found: one text for every file, and the System V objects that were there. */
record RecordedNode(String text, List<IpcObject> ipcObjects) implements NodeNames {
    static RecordedNode of(String text, IpcObject... objects) {
        return new RecordedNode(text, List.of(objects));
    }

    @Override
    public String text(String file) {
        return text;
    }
}
