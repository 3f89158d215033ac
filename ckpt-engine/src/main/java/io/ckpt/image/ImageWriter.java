package io.ckpt.image;

import com.google.protobuf.Timestamp;
import io.ckpt.fault.Fault;
import io.ckpt.image.v1.Extent;
import io.ckpt.image.v1.Manifest;
import io.ckpt.image.v1.ObjectState;
import io.ckpt.progress.Meter;
import io.ckpt.progress.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;

/**
 * Writes one image as a stream. Extents and objects come in any order from any number of threads and are written while
 * they come; {@link #finish} does what the job need not wait for: index, manifest, seal. An image that was not
 * finished has no manifest and is no image.
 */
public final class ImageWriter implements AutoCloseable {
    private final Instant time;
    private final FileChannel channel;
    private final Buffers buffers;
    private final Archive archive;
    private final ArchiveQueue queue;
    private final PagesOutput pages;
    private final ObjectsOutput objects;
    private final Path name;
    private final LongAdder plainBytes = new LongAdder();
    private final LongAdder packNanos = new LongAdder();
    private long sinkNanos;
    private final Throttle throttle = new Throttle();
    private WritableByteChannel sink;
    private Compression compression = Compression.USUAL;
    private Allowance allowance = Allowance.EVERYTHING;
    private Lineage lineage = new Lineage();
    private volatile Meter meter = new Meter(Progress.none(), 0);

    /**
     * An image on an empty file.
     *
     * @param name of the file, for messages
     * @param channel open for writing; the writer closes it
     * @param time of the checkpoint
     * @param buffers for what is on its way into the file
     */
    public ImageWriter(Path name, FileChannel channel, Instant time, Buffers buffers) {
        this.name = name;
        this.channel = channel;
        this.sink = channel;
        this.time = time;
        this.buffers = buffers;
        this.archive = new Archive(name, channel, time);
        this.queue = new ArchiveQueue(archive, buffers, throttle);
        this.pages = new PagesOutput(queue);
        this.objects = new ObjectsOutput(queue);
    }

    /**
     * Lets this image take from another what {@link #keep} says; called before anything is stored. The other may be closed
     * then, and is needed for as long as this one is.
     */
    public void follow(ImageReader before) {
        lineage = new Lineage(before);
    }

    /** Has what is written from now on brought to the disk early. */
    public void behind(WriteBehind how) {
        archive.behind(how);
    }

    /** How memory is to be packed; called before anything is stored. */
    public void pack(Compression how) {
        compression = how;
    }

    /** How to write where nothing is packed, for then the store is faster than packing; called after {@link #pack}. */
    public void whenRaw(BiFunction<Path, FileChannel, WritableByteChannel> way) {
        if (compression.level() == Compression.NONE) {
            sink = way.apply(name, channel);
            archive.through(sink);
        }
    }

    public Compression compression() {
        return compression;
    }

    /** What it may take of the node; called before anything is stored. */
    public void allow(Allowance what) {
        allowance = what;
        throttle.limit(what.bytesPerSecond());
        what.haste().whenMade(throttle::end);
    }

    public Allowance allowance() {
        return allowance;
    }

    /** Whether a job stands still and waits for what is written: that is done as fast as it goes. */
    public void hurry(boolean now) {
        throttle.lift(now);
    }

    /** Says that one thread has packed so much in so long. */
    public void packed(long bytes, long nanos) {
        plainBytes.add(bytes);
        packNanos.add(nanos);
    }

    /** Of a finished image, as if so many threads had packed all the time. */
    public Effort effort(int threads) {
        return new Effort(plainBytes.sum(), storedBytes(), packNanos.sum() / threads, sinkNanos);
    }

    /** Has told of the memory that {@link #passed} counts from now on. */
    public void tell(Meter progress) {
        meter = progress;
    }

    /** Says that so many bytes of memory have been dealt with, zeros among them, which are never stored. */
    public void passed(long bytes) {
        meter.add(bytes);
    }

    /**
     * Stores an extent at {@code start} of an object, unless the image before has the very same; its bytes have been copied
     * when this returns.
     */
    public void append(String objectId, long start, PackedExtent packed) {
        if (!lineage.keepSame(objectId, start, packed)) {
            pages.append(objectId, start, packed);
        }
    }

    /** Says that something newer than all before was read of these bytes; drafts of them follow, but for zeros. */
    public void renew(String objectId, long start, long length) {
        lineage.renew(objectId, start, length);
    }

    /** Stores an extent whose bytes the job can still change. Only what is kept of it becomes part of the image. */
    public void draft(String objectId, long start, PackedExtent packed) {
        int number = pages.append(objectId, start, packed);
        lineage.draft(
                number,
                Extent.newBuilder()
                        .setObjectId(objectId)
                        .setStart(start)
                        .setLength(packed.length())
                        .build());
    }

    /** Says that bytes are as the newest draft of them, or else the image before, has them. */
    public void keep(String objectId, long start, long length) {
        lineage.keep(objectId, start, length);
        passed(length);
    }

    /** Of an object, from its beginning on, what the image before has of it, and what was drafted. */
    public long knownBytes(String objectId, long length) {
        return lineage.knownBytes(objectId, length);
    }

    /** For those who make extents of this image. */
    public Buffers buffers() {
        return buffers;
    }

    public void add(ObjectState state) {
        objects.add(state);
    }

    /** Bytes of extents so far, as stored. */
    public long storedBytes() {
        return pages.storedBytes();
    }

    /**
     * Completes the image. The caller sets every field of the manifest but version, time and files.
     *
     * @return the manifest as stored
     */
    public Manifest finish(Manifest.Builder manifest, Seal seal) {
        pages.end();
        objects.flush();
        queue.drain();
        long begin = System.nanoTime();
        sinkNanos = queue.busyNanos();
        Lineage.Linked linked = lineage.linked();
        IndexOutput index = new IndexOutput(extents(lineage.drafts(), linked.extents()));
        archive.entry(ImageFormat.EXTENTS, index.parts());
        archive.hashedEntry(ImageFormat.INDEX, index.index());
        Manifest complete = manifest.setFormatVersion(ImageFormat.VERSION)
                .addAllLinks(linked.links())
                .setCreateTime(
                        Timestamp.newBuilder().setSeconds(time.getEpochSecond()).setNanos(time.getNano()))
                .clearFiles()
                .addAllFiles(archive.files())
                .build();
        byte[] bytes = complete.toByteArray();
        archive.entry(ImageFormat.MANIFEST, ByteBuffer.wrap(bytes));
        archive.entry(
                ImageFormat.SEAL, ByteBuffer.wrap(SealBlock.of(bytes, seal).text()));
        archive.end();
        sinkNanos += System.nanoTime() - begin;
        return complete;
    }

    private List<Extent> extents(Map<Integer, Extent> drafts, List<Extent> linked) {
        List<Extent> placed = pages.placed();
        drafts.forEach((number, draft) -> placed.set(
                number,
                placed.get(number).toBuilder().setPages(draft.getPages()).build()));
        List<Extent> extents = new ArrayList<>(linked);
        extents.addAll(placed);
        return extents;
    }

    /** Closes the file; without {@link #finish} it is left as a torso. */
    @Override
    public void close() {
        queue.close();
        try {
            sink.close();
        } catch (IOException e) {
            throw Fault.io("close " + name, e);
        }
    }
}
