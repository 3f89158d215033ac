package io.ckpt.cli;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Status;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.v1.ErrorDetail;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine;

/** What went wrong, as the caller is told: what, the way out, and the exit status. */
record Complaint(ErrorDetail detail) {
    static Complaint of(Exception thrown) {
        if (thrown instanceof Fault fault) {
            return of(fault);
        }
        if (thrown instanceof StatusRuntimeException status) {
            return of(status);
        }
        return of(Fault.internal(thrown.toString(), thrown));
    }

    private static Complaint of(Fault fault) {
        return new Complaint(ErrorDetail.newBuilder()
                .setCode(fault.code().name())
                .setMessage(fault.getMessage())
                .setRemedy(fault.remedy())
                .build());
    }

    private static Complaint of(StatusRuntimeException status) {
        return detailOf(status).map(Complaint::new).orElseGet(() -> {
            boolean gone = status.getStatus().getCode() == Code.UNAVAILABLE;
            return of(gone ? daemonGone(status) : Fault.internal(status.getMessage(), status));
        });
    }

    private static Fault daemonGone(StatusRuntimeException status) {
        return new Fault(
                FaultCode.DAEMON_UNAVAILABLE,
                "the daemon has gone away: " + status.getStatus().getDescription(),
                "a running job runs on; see ckptctl list once the daemon is back",
                status);
    }

    private static Optional<ErrorDetail> detailOf(StatusRuntimeException thrown) {
        Status status = StatusProto.fromThrowable(thrown);
        try {
            for (Any any : status.getDetailsList()) {
                if (any.is(ErrorDetail.class)) {
                    return Optional.of(any.unpack(ErrorDetail.class));
                }
            }
            return Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    /** Says it, and gives the exit status. */
    int tell(CommandLine verb) {
        if (verb.getCommandSpec().root().userObject() instanceof Ckptctl ckptctl
                && ckptctl.common().json()) {
            new Screen(verb.getOut(), verb.getErr(), true).json(detail);
        }
        detail.getMessage().lines().forEach(line -> verb.getErr().println("ckptctl: " + line));
        if (!detail.getRemedy().isEmpty()) {
            verb.getErr().println("ckptctl: way out: " + detail.getRemedy());
        }
        return exitStatus();
    }

    private int exitStatus() {
        return Arrays.stream(FaultCode.values())
                .filter(code -> code.name().equals(detail.getCode()))
                .findFirst()
                .orElse(FaultCode.INTERNAL)
                .exitStatus();
    }
}
