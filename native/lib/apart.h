#ifndef CKPT_APART_H
#define CKPT_APART_H

/*
 * Runs `body` to its end in a process of its own that shares this memory and takes no signal: SIGKILL to the engine, or to
 * its process group, does not reach it. 0 or -errno.
 */
int run_apart(int (*body)(void *), void *argument);

#endif
