/** What belongs to one thread. */
package io.ckpt.kind.thread;
