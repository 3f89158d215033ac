/**
 * The image format: one POSIX tar of page extents, object states, index, manifest and seal.
 *
 * <p>Entries in this order: {@code pages-NNNNN} (extents in pieces, each one zstd frame or raw), {@code objects-NNNNN.pb.zst}
 * (ObjectState messages, each after its length; may stand between pages), {@code extents.pb} (where every extent lies, with
 * the SHA-256 of its pieces), {@code index.pb} (the parts of that, with the SHA-256 of each), {@code manifest.pb} (everything
 * about the checkpoint, with place, size and hash of the entries) and {@code manifest.seal} (HMAC-SHA-256 of the manifest
 * under the site's key). Thus the seal covers every byte of captured state, and any piece can be read and checked alone; tar
 * headers and padding follow from the manifest and are compared with it.
 */
package io.ckpt.image;
