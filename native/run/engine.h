/* The place's side of ckpt_place.h. */
#ifndef CKPT_RUN_ENGINE_H
#define CKPT_RUN_ENGINE_H

#include <stdbool.h>

#include "ckpt_place.h"
#include "options.h"

/* Connects to the engine's socket, which only root or the caller may serve. Returns a descriptor
 * (close-on-exec) or -errno: -ENOENT and -ECONNREFUSED when no engine runs, -EPERM for a stranger. */
int engine_call(const char *path);

/* Sends a message that carries the job's name, owner and options. Returns 0 or -errno. */
int engine_tell(int engine, const struct options *options, enum ckpt_place_type type, int64_t value, uint32_t flags);

/* Waits for a message. Returns the number of descriptors in fds (owned by the caller) or -errno,
 * -EPIPE when the engine is gone. */
int engine_receive(int engine, struct ckpt_place_message *message, int fds[2]);

#endif
