package io.ckpt.image;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/**
 * An extent as it will be stored.
 *
 * @param length bytes it unpacks to
 * @param pieces stored length of each piece; one as long as it unpacks to is kept as it is, others are zstd frames
 * @param stored the bytes; belongs to the packer and is valid until its next call
 * @param sha256 of each piece, one behind the other
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them or changes them
public record PackedExtent(int length, int[] pieces, ByteBuffer stored, ByteString sha256) {}
