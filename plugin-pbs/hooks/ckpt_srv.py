"""ckpt in the server of PBS: events queuejob and modifyjob.

Refuses what could not be checkpointed, by name and at once. Runs inside the server: it looks at the request and at
nothing else.
"""
import re

import pbs

CHUNKS = re.compile(r"(?:^|\+)\s*(\d+)?")


def value(job, name):
    asked = job.Resource_List[name]
    return None if asked is None else str(asked)


def chunks(select):
    return sum(int(count or 1) for count in CHUNKS.findall(select or ""))


def hosts_may_differ(job):
    place = value(job, "place") or ""
    return "pack" not in place and max(chunks(value(job, "select")), int(value(job, "nodect") or 1)) > 1


def wanted(job):
    asked = value(job, "ckpt")
    return asked is not None and asked.lower() not in ("0", "false", "no")


def obstacle(job):
    if not wanted(job):
        return None
    if hosts_may_differ(job):
        return "a job over several hosts cannot be checkpointed yet: add -l place=pack, or leave -l ckpt out"
    if str(job.Rerunable) == "False":
        return "a checkpoint is of use to a job that may be started again only: leave -r n or -l ckpt out"
    if job.interactive:
        return "an interactive job cannot be checkpointed: leave -l ckpt out"
    return None


def main():
    event = pbs.event()
    why = None
    try:
        why = obstacle(event.job)
    except Exception as failure:
        pbs.logmsg(pbs.LOG_WARNING, "ckpt: %r" % failure)
    if why:
        event.reject("ckpt: " + why)
    event.accept()


main()
