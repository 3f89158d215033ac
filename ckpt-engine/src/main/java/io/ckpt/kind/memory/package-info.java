/** Mappings of every kind. */
package io.ckpt.kind.memory;
