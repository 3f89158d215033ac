package io.ckpt.procfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ckpt.fault.Fault;
import org.junit.jupiter.api.Test;

class IpcTableTest {
    private static final String QUEUES =
            """
                   key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime
            1234567890          0   600          12          1  4711     0  1000  1000  1000  1000 1763849000          0 1763848999
                     0          7   644           0          0     0     0     0     0     0     0          0          0 1763848999
            """;

    @Test
    void readsColumnsByTheirNames() {
        IpcTable table = IpcTable.parse("msg", QUEUES);
        assertThat(table.rows()).hasSize(2);
        assertThat(table.number(table.rows().get(0), "lspid")).isEqualTo(4711);
        assertThat(table.number(table.rows().get(1), "msqid")).isEqualTo(7);
        assertThat(table.permissions(table.rows().get(0))).isEqualTo(0600);
        assertThat(table.time(table.rows().get(0), "stime")).isEqualTo(1763849000);
    }

    @Test
    void aLineWithOtherColumnsIsAnError() {
        assertThatThrownBy(() -> IpcTable.parse("msg", QUEUES + " 1 2 3\n")).isInstanceOf(Fault.class);
    }
}
