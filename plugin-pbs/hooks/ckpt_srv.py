"""ckpt in the server of PBS: events queuejob and modifyjob.

Refuses what could not be checkpointed, by name and at once. Runs inside the server: it looks at the request and at
nothing else.
"""
import re

import pbs

NO = ("", "0", "false", "no", "n")
CHUNKS = re.compile(r"(?:^|\+)\s*(\d+)?")


class Request:
    """A job as it will be: what a request says of it goes before what was known."""

    def __init__(self, *jobs):
        self.jobs = jobs

    def attribute(self, name):
        values = [getattr(job, name, None) for job in self.jobs]
        return next((str(value) for value in values if value is not None), None)

    def resource(self, name):
        values = [job.Resource_List[name] for job in self.jobs]
        return next((str(value) for value in values if value is not None), None)

    def variable(self, name):
        lists = [job.Variable_List or {} for job in self.jobs]
        return next((str(variables[name]) for variables in lists if name in variables), None)


def chunks(select):
    return sum(int(count or 1) for count in CHUNKS.findall(select or ""))


def hosts_may_differ(job):
    asked = max(chunks(job.resource("select")), chunks(job.resource("nodes")), int(job.resource("nodect") or 1))
    return "pack" not in (job.resource("place") or "") and asked > 1


def wanted(job):
    """In the order of the launch hook; what its script and the site say is not to be seen here."""
    checkpoint = job.attribute("Checkpoint") or "u"
    if checkpoint == "n":
        return False
    asked = job.resource("ckpt") or job.variable("CKPT")
    return asked.lower() not in NO if asked is not None else checkpoint[:2] in ("w=", "c=")


def obstacle(job):
    if not wanted(job):
        return None
    if hosts_may_differ(job):
        return "a job over several hosts cannot be checkpointed yet: add -l place=pack, or ask for no checkpoint"
    if (job.attribute("Rerunable") or "1").lower() in NO:
        return "a checkpoint is of use to a job that may be started again only: leave -r n out, or ask for no checkpoint"
    if (job.attribute("interactive") or "0").lower() not in NO:
        return "an interactive job cannot be checkpointed: ask for no checkpoint"
    return None


def refusal(event):
    """A job that was let in before is not kept from being altered otherwise."""
    if event.type != pbs.MODIFYJOB:
        return obstacle(Request(event.job))
    why = obstacle(Request(event.job, event.job_o))
    return None if why == obstacle(Request(event.job_o)) else why


def main():
    event = pbs.event()
    why = None
    try:
        why = refusal(event)
    except Exception as failure:
        pbs.logmsg(pbs.LOG_WARNING, "ckpt: %r" % failure)
    if why:
        event.reject("ckpt: " + why)
    event.accept()


main()
