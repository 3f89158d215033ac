"""Writes a MiB and leaves it to the kernel; says at the end how much of it is not on disk yet."""

import ctypes
import os
import sys
import time

CACHESTAT = 451


def path(name):
    return os.path.join(sys.argv[1], name)


def say(event, text=""):
    with open(path(".pending-" + event), "w") as file:
        file.write(text)
    os.rename(path(".pending-" + event), path(event))


def dirty(fd):
    """cachestat(2): cached, dirty, under writeback, evicted, recently evicted."""
    counts = (ctypes.c_uint64 * 5)()
    everything = (ctypes.c_uint64 * 2)(0, 0)
    if ctypes.CDLL(None).syscall(CACHESTAT, fd, everything, counts, 0) < 0:
        say("verdict", "skip: cachestat(2) needs Linux 6.5")
        sys.exit(77)
    return counts[1] + counts[2]


output = os.open(path("output"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.write(output, os.urandom(1 << 20))
dirty(output)
say("ready")
while not os.path.exists(path("go")):
    time.sleep(0.05)
say("verdict", f"{dirty(output)} pages dirty")
