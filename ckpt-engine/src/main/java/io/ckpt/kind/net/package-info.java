/** Sockets. */
package io.ckpt.kind.net;
