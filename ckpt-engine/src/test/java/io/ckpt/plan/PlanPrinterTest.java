package io.ckpt.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.kernel.SystemCall;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanPrinterTest {
    private static final Operand CLOEXEC = Operand.named(02000000, "O_CLOEXEC");

    @Test
    void printsEveryWordInTheMannerOfStrace() throws IOException {
        assertThat(PlanPrinter.print(everyWord())).isEqualTo(golden("every-word.txt"));
    }

    @Test
    void printsAPlanThatHasNoDefect() {
        assertThat(PlanChecker.defects(everyWord())).isEmpty();
    }

    private static Plan everyWord() {
        Barrier forked = new Barrier(0, "forked", 2, false);
        Barrier mapped = new Barrier(1, "mapped", 2, true);
        Program root = new Program("restorer");
        Program process = new Program("pid 4711");
        Program thread = new Program("tid 4712");
        Program helper = new Program("session 42");

        new Steps(root, "restart").add(new Word.Move());
        Steps pipe = new Steps(root, "file:3 [pipe]");
        Data ends = Data.room(8);
        pipe.call(SystemCall.PIPE2, ends.address(), CLOEXEC);
        Slot read = pipe.load("pipe.3.read", ends.address(), 4);
        Slot write = pipe.load("pipe.3.write", ends.at(4), 4);
        Operand queued = Operand.bytes("queued".getBytes(StandardCharsets.US_ASCII));
        pipe.expect(Word.Expect.exactly(6), SystemCall.WRITE, write, queued, Operand.of(6));
        Steps file = new Steps(root, "file:4 [regular]");
        Slot opened = file.call(
                "file.4", SystemCall.OPENAT, Operand.named(-100, "AT_FDCWD"), Operand.text("/tmp/x"), CLOEXEC);
        file.expect(
                Word.Expect.ANYTHING,
                SystemCall.UNLINKAT,
                Operand.named(-100, "AT_FDCWD"),
                Operand.text("/tmp/x"),
                Operand.of(0));
        Steps tree = new Steps(root, "restart");
        Slot leader = tree.fork(helper, 42);
        tree.add(new Word.Await(leader));
        tree.fork(process, 4711);
        tree.add(new Word.Arrive(forked));
        tree.call(SystemCall.EXIT_GROUP, Operand.of(0));

        new Steps(helper, "session 42").call(SystemCall.EXIT_GROUP, Operand.of(0));

        Steps steps = new Steps(process, "pid 4711");
        steps.add(new Word.Arrive(forked));
        Data event = Data.struct(new byte[12], "{events=EPOLLIN, u64=5}");
        steps.of("pid 4711, fd 5 [epoll]").store(read, event.at(4), 8);
        steps.of("pid 4711, fd 5 [epoll]")
                .call(SystemCall.EPOLL_CTL, opened, Operand.named(1, "EPOLL_CTL_ADD"), read, event.address());
        steps.startThread(thread, 4712);
        steps.add(new Word.Arrive(mapped));
        steps.add(new Word.Park());

        Steps other = new Steps(thread, "tid 4712");
        other.call(SystemCall.MUNMAP, Operand.hex(0x7f00_0000_1000L), Operand.hex(0x1000));
        other.add(new Word.Arrive(mapped));
        other.add(new Word.Park());
        return new Plan(0x1000_0000L, 0x10_0000, List.of(root, helper, process, thread), List.of(forked, mapped));
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = PlanPrinterTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
