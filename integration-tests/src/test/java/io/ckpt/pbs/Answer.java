package io.ckpt.pbs;

/** How a command ended: what it wrote to standard output and error together, and its exit status. */
record Answer(int status, String text) {}
