/** The image format: a POSIX tar of manifest, object states and page extents, each with its hash; the seal. */
package io.ckpt.image;
