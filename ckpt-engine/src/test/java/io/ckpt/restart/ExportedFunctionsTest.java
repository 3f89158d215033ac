package io.ckpt.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.freeze.NodeVdso;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ExportedFunctionsTest {
    private static final ByteString HERE = NodeVdso.here().text();
    private static final int HEADERS = 0x600;
    private static final long[] HOSTILE = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 0x7fff_ffff, 0xffff_ffffL, 1L << 40, 0, 1
    };

    @Test
    void findsWhatTheKernelOfThisMachineExports() {
        assertThat(ExportedFunctions.of(HERE))
                .containsKeys(
                        "__vdso_clock_gettime@LINUX_2.6",
                        "__vdso_gettimeofday@LINUX_2.6",
                        "__vdso_time@LINUX_2.6",
                        "__vdso_getcpu@LINUX_2.6")
                .allSatisfy((name, function) ->
                        assertThat(function.offset()).isBetween(0x100, HERE.size() - (int) function.size()));
        assertThat(ExportedFunctions.of(HERE).get("__vdso_time@LINUX_2.6"))
                .isEqualTo(ExportedFunctions.of(HERE).get("time@LINUX_2.6"));
    }

    @Test
    void refusesWhatIsNoLibrary() {
        assertThatThrownBy(() -> ExportedFunctions.of(ByteString.EMPTY)).isInstanceOf(Fault.class);
        assertThatThrownBy(() -> ExportedFunctions.of(ByteString.copyFromUtf8("\u007fELF")))
                .isInstanceOf(Fault.class);
        assertThatThrownBy(() -> ExportedFunctions.of(ByteString.copyFrom(new byte[8192])))
                .isInstanceOf(Fault.class);
    }

    @Test
    void neverReadsBesideAFileThatEndsTooSoon() {
        for (int length = 0; length < HERE.size(); length += 7) {
            parse(HERE.substring(0, length));
        }
    }

    /** The damage hits what tells where to read: each aligned word of headers and tables, and many at random. */
    @Test
    @Timeout(60)
    void survivesDamageOfAnySort() {
        for (int at = 0; at < HEADERS; at += 4) {
            for (long value : HOSTILE) {
                byte[] damaged = HERE.toByteArray();
                ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN).putLong(at, value);
                parse(ByteString.copyFrom(damaged));
            }
        }
        Random random = new Random(4711);
        for (int round = 0; round < 2000; round++) {
            byte[] damaged = HERE.toByteArray();
            for (int i = random.nextInt(8); i >= 0; i--) {
                damaged[random.nextInt(HEADERS)] = (byte) random.nextInt();
            }
            parse(ByteString.copyFrom(damaged));
        }
    }

    private static void parse(ByteString library) {
        long begin = System.nanoTime();
        try {
            ExportedFunctions.of(library);
        } catch (Fault damaged) {
            assertThat(damaged.code()).isEqualTo(FaultCode.IMAGE_DAMAGED);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
    }
}
