package io.ckpt.freeze;

import static io.ckpt.freeze.GeneralRegisters.Name.ORIG_RAX;
import static io.ckpt.freeze.GeneralRegisters.Name.RAX;
import static io.ckpt.freeze.GeneralRegisters.Name.RIP;
import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.kernel.SystemCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterruptedCallsTest {
    private static final int EINTR = -4;
    private static final int ERESTARTSYS = -512;
    private static final int ERESTARTNOHAND = -514;
    private static final int ERESTART_RESTARTBLOCK = -516;
    private static final byte[] UNKNOWN_CODE = new byte[32];
    /** {@code mov $0xca,%eax; mov %r13,%rdi; syscall}, behind other code. */
    private static final byte[] FUTEX_CODE = {
        0, 0, 0, 0, (byte) 0xb8, (byte) 0xca, 0, 0, 0, 0x4c, (byte) 0x89, (byte) 0xef, 0x0f, 0x05
    };

    @ParameterizedTest
    @ValueSource(ints = {ERESTARTSYS, -513, ERESTARTNOHAND, ERESTART_RESTARTBLOCK})
    void issuesACallAgainThatTheKernelWouldRestart(int error) {
        GeneralRegisters registers = forAnotherTask(stopped(error, SystemCall.FUTEX), false, UNKNOWN_CODE);
        assertThat(registers.get(RAX)).isEqualTo(SystemCall.FUTEX);
        assertThat(registers.get(RIP)).isEqualTo(0x1000 - 2);
        assertThat((int) registers.get(ORIG_RAX)).isEqualTo(-1);
    }

    @Test
    void leavesTheChoiceToTheKernelWhereAHandlerIsDue() {
        GeneralRegisters stopped = stopped(ERESTARTSYS, SystemCall.READ);
        assertThat(forAnotherTask(stopped, true, UNKNOWN_CODE).bytes()).isEqualTo(stopped.bytes());
    }

    @Test
    void asksForNoRestartBlockThatAnotherTaskDoesNotHave() {
        GeneralRegisters registers =
                forAnotherTask(stopped(ERESTART_RESTARTBLOCK, SystemCall.RESTART_SYSCALL), true, FUTEX_CODE);
        assertThat(registers.get(RAX)).isEqualTo(ERESTARTNOHAND);
        assertThat(registers.get(ORIG_RAX)).isEqualTo(SystemCall.FUTEX);
        assertThat(registers.get(RIP)).isEqualTo(0x1000);
    }

    @Test
    void findsTheNumberOfACallThatWasRestartedBefore() {
        GeneralRegisters registers =
                forAnotherTask(stopped(ERESTART_RESTARTBLOCK, SystemCall.RESTART_SYSCALL), false, FUTEX_CODE);
        assertThat(registers.get(RAX)).isEqualTo(SystemCall.FUTEX);
    }

    /** {@code mov $0xca,%edi; xor %eax,%eax; call syscall}: the number is the first argument of syscall(3). */
    @Test
    void findsTheNumberOfACallThatTheLibraryMadeForTheProgram() {
        byte[] caller = {0, (byte) 0xbf, (byte) 0xca, 0, 0, 0, 0x31, (byte) 0xc0, (byte) 0xe8, 1, 2, 3, 4};
        GeneralRegisters registers = InterruptedCalls.forAnotherTask(
                stopped(ERESTART_RESTARTBLOCK, SystemCall.RESTART_SYSCALL), false, new CallSite(UNKNOWN_CODE, caller));
        assertThat(registers.get(RAX)).isEqualTo(SystemCall.FUTEX);
    }

    @Test
    void endsACallOfUnknownNumberAsASignalWould() {
        GeneralRegisters registers =
                forAnotherTask(stopped(ERESTART_RESTARTBLOCK, SystemCall.RESTART_SYSCALL), false, UNKNOWN_CODE);
        assertThat(registers.get(RAX)).isEqualTo(EINTR);
        assertThat((int) registers.get(ORIG_RAX)).isEqualTo(-1);
        assertThat(registers.get(RIP)).isEqualTo(0x1000);
    }

    @Test
    void leavesRunningCodeAlone() {
        GeneralRegisters running = stopped(ERESTARTSYS, -1);
        assertThat(forAnotherTask(running, false, UNKNOWN_CODE).bytes()).isEqualTo(running.bytes());
        assertThat(InterruptedCalls.endedByInterruption(stopped(EINTR, -1))).isFalse();
    }

    @Test
    void knowsTheCallsThatAStopEnds() {
        assertThat(InterruptedCalls.endedByInterruption(stopped(EINTR, SystemCall.EPOLL_WAIT)))
                .isTrue();
        assertThat(InterruptedCalls.endedByInterruption(stopped(EINTR, SystemCall.CLOSE)))
                .isFalse();
        assertThat(InterruptedCalls.endedByInterruption(stopped(0, SystemCall.EPOLL_WAIT)))
                .isFalse();
    }

    @Test
    void leavesARestartableSequenceThroughItsAbortAddress() {
        RestartableSequence sequence = new RestartableSequence(0x0ff0, 0x20, 0x2000);
        assertThat(sequence.leave(stopped(0, -1)).get(RIP)).isEqualTo(0x2000);
        GeneralRegisters behind = stopped(0, -1).with(RIP, 0x1010);
        assertThat(sequence.leave(behind).get(RIP)).isEqualTo(0x1010);
    }

    private static GeneralRegisters forAnotherTask(GeneralRegisters registers, boolean handlerDue, byte[] code) {
        return InterruptedCalls.forAnotherTask(registers, handlerDue, new CallSite(code, new byte[0]));
    }

    private static GeneralRegisters stopped(int rax, int call) {
        return new GeneralRegisters(new byte[GeneralRegisters.LENGTH])
                .with(RAX, rax)
                .with(ORIG_RAX, call)
                .with(RIP, 0x1000);
    }
}
