/** ckptd: wiring, configuration, sockets. */
package io.ckpt.daemon;
