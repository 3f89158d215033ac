package io.ckpt.image;

import java.nio.ByteBuffer;

/**
 * An extent as it will be stored.
 *
 * @param length bytes it unpacks to
 * @param raw true when stored as it is, false for one zstd frame
 * @param stored the bytes; belongs to the packer and is valid until its next call
 * @param crc CRC-32C of the stored bytes, by which the hashing pass knows that it reads what was packed
 */
public record PackedExtent(int length, boolean raw, ByteBuffer stored, int crc) {}
