package io.ckpt.image;

import java.nio.ByteBuffer;

/**
 * An extent as it will be stored.
 *
 * @param length bytes it unpacks to
 * @param pieces stored length of each piece; one as long as it unpacks to is kept as it is, others are zstd frames
 * @param stored the bytes; belongs to the packer and is valid until its next call
 * @param crc CRC-32C of the stored bytes, by which the hashing pass knows that it reads what was packed
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them or changes them
public record PackedExtent(int length, int[] pieces, ByteBuffer stored, int crc) {}
