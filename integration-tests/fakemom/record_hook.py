"""A launch hook that writes down how it was called."""
import json
import os
import sys

import pbs

event = pbs.event()
if event.type == pbs.EXECJOB_LAUNCH:
    with open("/proc/self/environ", encoding="utf-8") as text:
        environment = dict(variable.split("=", 1) for variable in text.read().split("\0") if variable)
    with open("/proc/self/cmdline", encoding="utf-8") as text:
        words = text.read().split("\0")
    record = {
        "uid": os.getuid(), "cwd": os.getcwd(), "leader": os.getsid(0) == os.getpid(), "env": environment,
        "options": [word for word in words if word.startswith("-")],
        "streams": [os.readlink("/proc/self/fd/%d" % fd) for fd in range(3)],
        "progname": str(event.progname), "argv": [str(word) for word in event.argv],
    }
    with open("/run/recorded.launch", "w", encoding="utf-8") as out:
        json.dump(record, out)
event.accept()
