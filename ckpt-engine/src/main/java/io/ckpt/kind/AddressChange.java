package io.ckpt.kind;

import io.ckpt.kernel.InternetAddress;

/**
 * Where the sockets of an address are made again.
 *
 * @param from port 0 for every port; those keep theirs unless {@code to} has one
 */
public record AddressChange(InternetAddress from, InternetAddress to) {
    boolean concerns(InternetAddress address) {
        return from.high() == address.high()
                && from.low() == address.low()
                && (from.port() == 0 || from.port() == address.port());
    }

    InternetAddress apply(InternetAddress address) {
        InternetAddress moved = address.withIp(to.ip());
        return to.port() == 0 ? moved : moved.withPort(to.port());
    }
}
