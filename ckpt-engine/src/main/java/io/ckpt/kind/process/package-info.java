/** What belongs to a process as a whole. */
package io.ckpt.kind.process;
