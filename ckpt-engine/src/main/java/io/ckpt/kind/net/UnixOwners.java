package io.ckpt.kind.net;

import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.UnixOwner;
import io.ckpt.kernel.SystemCall;
import io.ckpt.plan.Operand;
import io.ckpt.plan.Steps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Who a UNIX socket tells the other end that it is. The kernel notes it at socketpair(2), connect(2) and listen(2). */
final class UnixOwners {
    private static final int PEER_CREDENTIALS = 17;
    private static final int SIZE = 12;
    private static final Operand SAME = Operand.named(-1, "-1");

    private UnixOwners() {}

    /** What a socket knows of its peer; a listening one, of itself. */
    static UnixOwner toldTo(StolenFile file) {
        ByteBuffer credentials = file.socket()
                .option(KnownOption.SOCKET, PEER_CREDENTIALS, SIZE)
                .map(value -> ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()))
                .orElse(ByteBuffer.allocate(SIZE));
        int uid = credentials.getInt(4);
        return uid == -1
                ? UnixOwner.getDefaultInstance()
                : UnixOwner.newBuilder()
                        .setUid(uid)
                        .setGid(credentials.getInt(8))
                        .build();
    }

    /** Only for so long: root's rights are taken back by the last two calls. */
    static void as(UnixOwner owner, Steps steps, Runnable calls) {
        become(steps, SystemCall.SETRESGID, owner.getGid());
        become(steps, SystemCall.SETRESUID, owner.getUid());
        calls.run();
        become(steps, SystemCall.SETRESUID, 0);
        become(steps, SystemCall.SETRESGID, 0);
    }

    private static void become(Steps steps, int call, int id) {
        steps.call(call, SAME, Operand.of(id), SAME);
    }
}
