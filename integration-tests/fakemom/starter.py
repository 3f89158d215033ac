"""Becomes one task of a job: the session is there already, what to run comes on descriptor 3 as JSON."""
import json
import os
import resource
import sys
import warnings  # execvpe() wants it, and by then it is a user that may not read our library

with os.fdopen(3) as orders:
    order = json.loads(orders.readline() or "null")
if order is None:
    sys.exit(254)
os.setgroups([order["gid"]])
os.setgid(order["gid"])
os.setuid(order["uid"])
os.umask(0o022)
resource.setrlimit(resource.RLIMIT_STACK, (16 << 20, resource.getrlimit(resource.RLIMIT_STACK)[1]))
try:
    os.chdir(order["home"])
except OSError:
    os.chdir("/")
# two pipe ends of MoM's stay open in every job
os.set_inheritable(21, True)
os.set_inheritable(24, True)
arguments = order["argv"] or ["-" + os.path.basename(order["progname"])]
os.execvpe(order["progname"], arguments, order["env"])
