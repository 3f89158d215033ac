package io.ckpt.procfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /proc/net/igmp} and {@code igmp6}: the groups that somebody in a network namespace has joined. */
public final class MulticastGroups {
    private static final Pattern INTERFACE = Pattern.compile("(\\d+)\\t(\\S+) *: .*");
    private static final Pattern GROUP = Pattern.compile("\\t+([0-9A-F]{8}) .*");
    private static final Pattern GROUP_OF_IPV6 = Pattern.compile("(\\d+) +(\\S+) +([0-9a-f]{32}) .*");

    /** A group on one interface; {@code ip} has 4 or 16 bytes in network order. */
    public record Group(byte[] ip, int index, String interfaceName) {}

    private MulticastGroups() {}

    /** A group of IPv4 is printed as a number of this machine, below the line of its interface. */
    public static List<Group> parse(String igmp) {
        List<Group> groups = new ArrayList<>();
        Matcher last = null;
        for (String line : KernelText.lines(igmp)) {
            Matcher device = INTERFACE.matcher(line);
            Matcher group = GROUP.matcher(line);
            if (device.matches()) {
                last = device;
            } else if (group.matches() && last != null) {
                byte[] ip = ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .putInt((int) KernelText.hex("/proc/net/igmp", group.group(1)))
                        .array();
                groups.add(new Group(ip, KernelText.number("/proc/net/igmp", last.group(1)), last.group(2)));
            } else if (!line.startsWith("Idx")) {
                throw KernelText.misread("/proc/net/igmp", line);
            }
        }
        return groups;
    }

    public static List<Group> parseIpv6(String igmp6) {
        return KernelText.lines(igmp6).stream().map(MulticastGroups::ofIpv6).toList();
    }

    private static Group ofIpv6(String line) {
        Matcher match = GROUP_OF_IPV6.matcher(line);
        if (!match.matches()) {
            throw KernelText.misread("/proc/net/igmp6", line);
        }
        byte[] ip = HexFormat.of().parseHex(match.group(3));
        return new Group(ip, KernelText.number("/proc/net/igmp6", match.group(1)), match.group(2));
    }
}
