/** Holding a job still and reading it: ports that a kind sees, and their implementation over jna. */
package io.ckpt.freeze;
