package io.ckpt.image;

import io.ckpt.image.v1.Extent;

/**
 * An extent that has its place in the archive but not yet its hash.
 *
 * @param crc CRC-32C of the stored bytes
 */
record PlacedExtent(Extent extent, int crc) {}
