package io.ckpt.image;

import io.ckpt.image.v1.Extent;

/**
 * An extent that has its place in the archive but not yet its hashes.
 *
 * @param holder number of the first extent in that place: its own, unless the very same bytes had been stored before
 */
record PlacedExtent(Extent extent, int holder) {}
