package io.ckpt.freeze;

import io.ckpt.jna.LibCkpt;
import io.ckpt.kernel.Errno;
import io.ckpt.kernel.OpenFlags;
import io.ckpt.kernel.SystemCall;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A userfaultfd(2) for the memory of a held process. The process makes it itself, for it is about the memory of who makes
 * it, and keeps nothing of it. An ordinary user's process may not make one that serves faults of the kernel, without which
 * read(2) into a protected page would fail: it gets /dev/userfaultfd passed for the occasion.
 */
final class UserFaults {
    private static final int FLAGS = OpenFlags.CLOEXEC | OpenFlags.NONBLOCK;
    private static final int USER_MODE_ONLY = 1;
    private static final String DEVICE = "/dev/userfaultfd";
    private static final int USERFAULTFD_IOC_NEW = 0xaa00;
    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET_CLOEXEC = 5 | OpenFlags.CLOEXEC;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;

    private final SeizedProcess process;

    private UserFaults(SeizedProcess process) {
        this.process = process;
    }

    /** The descriptor, here; or -errno. On the tracer thread. */
    static int of(SeizedProcess process) {
        UserFaults faults = new UserFaults(process);
        long number = process.call(SystemCall.USERFAULTFD, FLAGS);
        return Errno.EPERM.is(number) ? faults.throughDevice() : faults.takeOver(number);
    }

    /** One that makes nobody wait, so that faults of the kernel are no matter. On the tracer thread. */
    static int asynchronous(SeizedProcess process) {
        return new UserFaults(process).takeOver(process.call(SystemCall.USERFAULTFD, FLAGS | USER_MODE_ONLY));
    }

    private int throughDevice() {
        int device = LibCkpt.open(NativeText.string(DEVICE), OpenFlags.RDWR);
        if (device < 0) {
            return Errno.ENOENT.is(device) ? -Errno.EPERM.number() : device;
        }
        try {
            return process.withRoom(Message.BYTES, room -> throughDevice(device, room));
        } finally {
            LibCkpt.close(device);
        }
    }

    private int throughDevice(int device, RemoteRoom room) {
        long made = process.call(SystemCall.SOCKETPAIR, AF_UNIX, SOCK_SEQPACKET_CLOEXEC, 0, room.address());
        if (made < 0) {
            return (int) made;
        }
        ByteBuffer ends = ByteBuffer.wrap(room.read(0, 2 * Integer.BYTES)).order(ByteOrder.nativeOrder());
        int sending = ends.getInt();
        int receiving = ends.getInt();
        try {
            int passed = pass(device, sending);
            return passed < 0 ? passed : openReceived(room, receiving);
        } finally {
            process.call(SystemCall.CLOSE, sending);
            process.call(SystemCall.CLOSE, receiving);
        }
    }

    private int pass(int device, int sending) {
        int end = LibCkpt.pidfdGetfd(process.taskPidfd(), sending);
        if (end < 0) {
            return end;
        }
        int sent = LibCkpt.send(end, new byte[1], 1, new int[] {device}, 1);
        LibCkpt.close(end);
        return sent;
    }

    private int openReceived(RemoteRoom room, int receiving) {
        room.write(0, Message.forOneDescriptor(room.address()));
        long received = process.call(SystemCall.RECVMSG, receiving, room.address(), MSG_CMSG_CLOEXEC);
        if (received < 0) {
            return (int) received;
        }
        int device = Message.descriptor(room);
        if (device < 0) {
            return device;
        }
        long number = process.call(SystemCall.IOCTL, device, USERFAULTFD_IOC_NEW, FLAGS);
        process.call(SystemCall.CLOSE, device);
        return takeOver(number);
    }

    private int takeOver(long number) {
        if (number < 0) {
            return (int) number;
        }
        int here = LibCkpt.pidfdGetfd(process.taskPidfd(), (int) number);
        process.call(SystemCall.CLOSE, number);
        return here;
    }

    /** A struct msghdr and all it points to, one after the other, x86-64. */
    private static final class Message {
        private static final int HEADER = 56;
        private static final int VECTOR = 16;
        private static final int DATA = 8;
        private static final int CONTROL = 24;
        private static final int CONTROL_AT = HEADER + VECTOR + DATA;
        private static final int DESCRIPTOR_AT = CONTROL_AT + 16;
        static final int BYTES = CONTROL_AT + CONTROL;

        private Message() {}

        static byte[] forOneDescriptor(long address) {
            return ByteBuffer.allocate(BYTES)
                    .order(ByteOrder.nativeOrder())
                    .putLong(16, address + HEADER)
                    .putLong(24, 1)
                    .putLong(32, address + CONTROL_AT)
                    .putLong(40, CONTROL)
                    .putLong(HEADER, address + HEADER + VECTOR)
                    .putLong(HEADER + 8, 1)
                    .array();
        }

        /** What was passed; -EMFILE when the process had no number left for it. */
        static int descriptor(RemoteRoom room) {
            ByteBuffer message = ByteBuffer.wrap(room.read(0, BYTES)).order(ByteOrder.nativeOrder());
            boolean whole = message.getLong(40) >= DESCRIPTOR_AT - CONTROL_AT + Integer.BYTES;
            return whole ? message.getInt(DESCRIPTOR_AT) : -Errno.EMFILE.number();
        }
    }
}
