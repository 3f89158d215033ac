/** The only door to native code. Nothing but bindings; the meaning lives in freeze. */
package io.ckpt.jna;
