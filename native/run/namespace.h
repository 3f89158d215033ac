/* The pid and mount namespaces of a place. */
#ifndef CKPT_RUN_NAMESPACE_H
#define CKPT_RUN_NAMESPACE_H

/* The way back out of namespace_enter: two descriptors, close-on-exec. */
struct namespace_before {
	int pid;
	int mount;
};

/*
 * The caller gets a mount namespace of its own, and its next child is pid 1 of a new pid namespace
 * with all its further children in it. Needs CAP_SYS_ADMIN. Returns 0 or -errno with nothing changed.
 */
int namespace_enter(struct namespace_before *before);

/* Undoes namespace_enter for a caller that is still privileged, and closes before. */
void namespace_leave(struct namespace_before *before);

/* Keeps what namespace_enter did. */
void namespace_keep(struct namespace_before *before);

/* In pid 1: mounts the namespace's /proc. Returns 0 or -errno. */
int namespace_furnish(void);

#endif
