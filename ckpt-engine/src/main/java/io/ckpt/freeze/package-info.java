/**
 * Holding a job still and reading it: the ports that a kind sees ({@code Frozen…}, {@code StolenFile}), and {@link
 * io.ckpt.freeze.Freezer}, which implements them over libckpt.so. Here too, as everything that needs that library: the
 * memory of tasks, letting restored tasks go, native children and sockets of packets. Nothing here knows what an object
 * means or how it is stored.
 */
package io.ckpt.freeze;
