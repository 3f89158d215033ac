/** Parsers of /proc text into records. Text in, values out; no I/O, hard failure on text that is not understood. */
package io.ckpt.procfs;
