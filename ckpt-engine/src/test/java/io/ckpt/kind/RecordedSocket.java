package io.ckpt.kind;

import io.ckpt.freeze.StolenFile;
import io.ckpt.freeze.StolenSocket;
import io.ckpt.kernel.InternetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One socket as it was found, with the answers of the kernel. Options that were not recorded do not exist. */
public final class RecordedSocket implements StolenSocket {
    private record Option(int level, int name) {}

    private final Map<Option, byte[]> options = new HashMap<>();
    private final Map<Direction, TcpQueue> queues = new EnumMap<>(Direction.class);
    private byte[] name = {1, 0};
    private Optional<byte[]> peer = Optional.empty();
    private Optional<TcpStream> received = Optional.of(TcpStream.of(new byte[0]));
    private final List<Message> messages = new ArrayList<>();
    private long peerInode;
    private byte[] filter = {};
    private PacketFacts packets = new PacketFacts(false, new byte[0]);
    private Optional<List<TcpStream>> unaccepted = Optional.empty();
    private boolean bpf;
    private boolean keys;

    public RecordedSocket packets(PacketFacts recorded) {
        packets = recorded;
        return this;
    }

    @Override
    public PacketFacts packets() {
        return packets;
    }

    public RecordedSocket number(int level, int number, int value) {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
        return value(level, number, bytes);
    }

    public RecordedSocket value(int level, int number, byte... value) {
        options.put(new Option(level, number), value);
        return this;
    }

    public RecordedSocket at(InternetAddress address, int family) {
        name = address.socketName(family);
        return this;
    }

    public RecordedSocket peer(InternetAddress address, int family) {
        peer = Optional.of(address.socketName(family));
        return this;
    }

    public RecordedSocket queued(String text) {
        return queued(text, -1, false);
    }

    public RecordedSocket queued(String text, int urgent, boolean isUrgentRead) {
        received = Optional.of(new TcpStream(text.getBytes(StandardCharsets.UTF_8), urgent, isUrgentRead));
        return this;
    }

    public RecordedSocket message(String text, StolenFile... files) {
        messages.add(new Message(text.getBytes(StandardCharsets.UTF_8), new byte[0], List.of(files), Optional.empty()));
        return this;
    }

    /** From a sender with an address, as struct sockaddr has it. */
    public RecordedSocket messageFrom(byte[] sender, String text) {
        messages.add(new Message(text.getBytes(StandardCharsets.UTF_8), sender, List.of(), Optional.empty()));
        return this;
    }

    /** Bound to a path or, after a NUL, to an abstract name. */
    public RecordedSocket named(String address) {
        name = ("\1\0" + address).getBytes(StandardCharsets.UTF_8);
        return this;
    }

    /** Whatever its family calls a name. */
    public RecordedSocket named(ByteBuffer address) {
        name = address.array();
        return this;
    }

    public RecordedSocket peerNamed(String address) {
        peer = Optional.of(("\1\0" + address).getBytes(StandardCharsets.UTF_8));
        return this;
    }

    public RecordedSocket peer(long inode) {
        peerInode = inode;
        return this;
    }

    public RecordedSocket queue(Direction direction, TcpQueue queue) {
        queues.put(direction, queue);
        return this;
    }

    public RecordedSocket filter(byte... instructions) {
        filter = instructions;
        return this;
    }

    public RecordedSocket bpf() {
        bpf = true;
        return this;
    }

    public RecordedSocket keys() {
        keys = true;
        return this;
    }

    @Override
    public Optional<byte[]> option(int level, int number, int room) {
        return Optional.ofNullable(options.get(new Option(level, number)));
    }

    @Override
    public byte[] name() {
        return name;
    }

    @Override
    public Optional<byte[]> peerName() {
        return peer;
    }

    @Override
    public Optional<byte[]> answer(int level, int number, byte[] question) {
        return option(level, number, question.length);
    }

    @Override
    public byte[] filter() {
        return filter;
    }

    @Override
    public boolean hasBpf() {
        return bpf;
    }

    @Override
    public boolean hasTcpKeys() {
        return keys;
    }

    @Override
    public Optional<TcpStream> received() {
        return received;
    }

    @Override
    public List<Message> messages() {
        return messages;
    }

    @Override
    public String network() {
        return "net:[4026531840]";
    }

    @Override
    public long peerInode() {
        return peerInode;
    }

    @Override
    public List<Long> pendingInodes() {
        return List.of();
    }

    @Override
    public int unixBacklog() {
        return 5;
    }

    public RecordedSocket unaccepted(TcpStream... recorded) {
        unaccepted = Optional.of(List.of(recorded));
        return this;
    }

    @Override
    public Optional<List<TcpStream>> unaccepted(List<TcpClient> clients, long expected) {
        return unaccepted;
    }

    @Override
    public TcpQueue tcpQueue(Direction direction) {
        return queues.get(direction);
    }
}
