/**
 * Strategies that bring the memory of a frozen job into an image, and the loader that brings it back. A strategy decides
 * when pages are copied; what a page is worth keeping, how extents are cut and packed, is the same for all.
 */
package io.ckpt.memory;
