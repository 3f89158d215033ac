package io.ckpt.kind.net;

import com.google.protobuf.ByteString;
import io.ckpt.freeze.StolenFile;
import io.ckpt.image.v1.Endpoint;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kind.PlanContext;

/** Internet addresses as an image keeps them. */
final class Endpoints {
    private Endpoints() {}

    static Endpoint of(InternetAddress address) {
        return Endpoint.newBuilder()
                .setIp(ByteString.copyFrom(address.ip()))
                .setPort(address.port())
                .setScopeId(address.scope())
                .build();
    }

    /** Where a socket is bound. */
    static Endpoint own(StolenFile file) {
        return of(InternetAddress.ofSocketName(file.socket().name()));
    }

    static InternetAddress address(Endpoint endpoint) {
        return InternetAddress.of(endpoint.getIp().toByteArray(), endpoint.getPort(), endpoint.getScopeId());
    }

    /** The address under which the restart makes it again. */
    static InternetAddress moved(Endpoint endpoint, PlanContext plan) {
        return plan.options().moved(address(endpoint));
    }
}
