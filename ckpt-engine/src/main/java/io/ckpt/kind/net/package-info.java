/** Sockets. What is not carried is refused by its family, type and name. */
package io.ckpt.kind.net;
