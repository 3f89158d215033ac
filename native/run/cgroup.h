#ifndef CKPT_RUN_CGROUP_H
#define CKPT_RUN_CGROUP_H

/*
 * Moves the caller into every cgroup (v1 and v2) listed in membership, an open /proc/PID/cgroup of
 * another process that may since have moved. Returns 0, or -errno of the first that could not be
 * joined after trying all.
 */
int cgroup_join(int membership);

#endif
