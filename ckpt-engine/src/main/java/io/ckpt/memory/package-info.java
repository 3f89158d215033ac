/** Strategies that bring a frozen address space into an image, and the loader that brings it back. */
package io.ckpt.memory;
