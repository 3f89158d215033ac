/**
 * The door to libckpt.so (ABI 1, {@code native/include/ckpt.h}): one static method for each C function, nothing else. Only
 * {@code freeze} comes through it.
 */
package io.ckpt.jna;
