/** A restart as a program of system calls: words, builder, checker, encoder and strace-like printer. No I/O. */
package io.ckpt.plan;
