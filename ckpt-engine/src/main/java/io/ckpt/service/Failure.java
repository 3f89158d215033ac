package io.ckpt.service;

import com.google.protobuf.Any;
import com.google.rpc.Status;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.v1.ErrorDetail;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A fault as gRPC carries it: a status code that tools know, and code, message and remedy in its details. */
final class Failure {
    private static final Logger LOG = LoggerFactory.getLogger(Failure.class);

    private Failure() {}

    /** Anything that was thrown, as a fault; what is not one is a defect of ours, and is logged. */
    static Fault fault(Throwable thrown) {
        if (thrown instanceof Fault fault) {
            return fault;
        }
        LOG.error("unexpected", thrown);
        return Fault.internal(thrown.toString(), thrown);
    }

    static StatusRuntimeException status(Fault fault) {
        return StatusProto.toStatusRuntimeException(Status.newBuilder()
                .setCode(statusCode(fault.code()).value())
                .setMessage(firstLine(fault))
                .addDetails(Any.pack(detail(fault)))
                .build());
    }

    /** One line for the log; the whole message goes to the caller. */
    static String line(Fault fault) {
        return fault.code() + ": " + firstLine(fault);
    }

    private static String firstLine(Fault fault) {
        return fault.getMessage().lines().findFirst().orElse("");
    }

    static ErrorDetail detail(Fault fault) {
        return ErrorDetail.newBuilder()
                .setCode(fault.code().name())
                .setMessage(fault.getMessage())
                .setRemedy(fault.remedy())
                .build();
    }

    private static Code statusCode(FaultCode code) {
        return switch (code) {
            case USAGE -> Code.INVALID_ARGUMENT;
            case NOT_FOUND, JOB_VANISHED -> Code.NOT_FOUND;
            case NOT_PERMITTED -> Code.PERMISSION_DENIED;
            case UNSUPPORTED_OBJECT, UNSUPPORTED_NODE, IMAGE_TOO_NEW, IMAGE_TOO_OLD, CONFIGURATION ->
                Code.FAILED_PRECONDITION;
            case IMAGE_DAMAGED -> Code.DATA_LOSS;
            case STORE_FULL -> Code.RESOURCE_EXHAUSTED;
            case BUSY, NOT_LIVE, RESTART_FAILED, IO_ERROR -> Code.ABORTED;
            case TOO_LATE -> Code.DEADLINE_EXCEEDED;
            case DAEMON_UNAVAILABLE -> Code.UNAVAILABLE;
            case INTERNAL -> Code.INTERNAL;
        };
    }
}
