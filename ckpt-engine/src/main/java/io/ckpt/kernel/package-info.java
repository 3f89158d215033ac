/** Facts of the Linux ABI as values: system-call numbers, flags, errno and signal names. No I/O. */
package io.ckpt.kernel;
