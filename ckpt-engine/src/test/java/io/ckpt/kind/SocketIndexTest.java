package io.ckpt.kind;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.freeze.StolenFile;
import io.ckpt.kernel.FileMode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SocketIndexTest {
    private static final String TABLE = "Num       RefCount Protocol Flags    Type St Inode Path\n";
    private static final String LISTENER = "0000000000000000: 00000002 00000000 00010000 0001 01 ";

    private final RecordedProcess inside =
            new RecordedProcess(4711, 1).text("net/unix", TABLE + LISTENER + "11 /run/a\n" + LISTENER + "12 @a\n");
    private final RecordedProcess outside =
            new RecordedProcess(4712, 2).text("net/unix", TABLE + LISTENER + "21 /run/b\n" + LISTENER + "22 @a\n");
    private final List<StolenFile> files =
            List.of(socket(inside, 11), socket(inside, 12), socket(outside, 21), socket(outside, 22));

    @Test
    void pathsLeadToOtherNetworksAndAbstractNamesDoNot() {
        List<SocketIndex> all = new ArrayList<>();
        SocketIndex own = new SocketIndex(files, inside, all);
        all.add(own);
        all.add(new SocketIndex(files, outside, all));

        assertThat(own.listeners())
                .extracting(listener -> listener.status().inode())
                .containsExactly(11L, 12L, 21L);
    }

    private static StolenFile socket(RecordedProcess process, int inode) {
        return process.file(inode, inode).link("socket:[" + inode + "]").status(FileMode.SOCKET | 0777, inode, 1, 0, 0);
    }
}
