package io.ckpt.service;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import io.ckpt.kernel.InternetAddress;
import io.ckpt.kind.AddressChange;
import io.ckpt.v1.CreateRestartRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Internet addresses as people write them; never a name, for nobody is asked what it means. */
final class Addresses {
    private static final Pattern IPV4 = Pattern.compile("([0-9.]+)(?::(\\d{1,5}))?");
    private static final Pattern IPV6 = Pattern.compile("\\[?([0-9a-fA-F:.]*:[0-9a-fA-F:.]*?)(?:\\](?::(\\d{1,5}))?)?");
    private static final int LAST_PORT = 65535;

    private Addresses() {}

    static List<AddressChange> changes(List<CreateRestartRequest.AddressChange> changes) {
        return changes.stream()
                .map(change -> new AddressChange(parse(change.getFrom()), parse(change.getTo())))
                .toList();
    }

    /** Without a port it is 0. */
    static InternetAddress parse(String text) {
        Matcher ipv4 = IPV4.matcher(text);
        Matcher match = ipv4.matches() ? ipv4 : IPV6.matcher(text);
        if (!match.matches()) {
            throw bad(text);
        }
        int port = match.group(2) == null ? 0 : Integer.parseInt(match.group(2));
        try {
            if (port <= LAST_PORT) {
                return InternetAddress.of(InetAddress.getByName(match.group(1)).getAddress(), port, 0);
            }
        } catch (UnknownHostException e) {
            throw bad(text);
        }
        throw bad(text);
    }

    private static Fault bad(String text) {
        return new Fault(
                FaultCode.USAGE,
                "'" + text + "' is no address",
                "write 10.0.0.5, 10.0.0.5:80, fe80::1 or [fe80::1]:80");
    }
}
