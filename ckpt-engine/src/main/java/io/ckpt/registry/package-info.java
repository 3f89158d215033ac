/** The list of kinds: one line each. */
package io.ckpt.registry;
