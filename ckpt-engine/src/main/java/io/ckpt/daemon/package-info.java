/** ckptd: configuration, the one place where an engine is wired, and the socket it is served on. */
package io.ckpt.daemon;
