#!/usr/bin/python3 -S
"""The server and scheduler of a fake PBS: states, holds, requeues and where jobs run."""
import copy
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import wire

NODE_FAIL_REQUEUE = float(os.environ.get("NODE_FAIL_REQUEUE", "2"))
RUN_LIMIT = 20
HOSTS = ("n1", "n2")


class Job:
    def __init__(self, identity, owner, request):
        self.id = identity
        self.owner = owner
        self.name = request.get("name", "STDIN")
        self.command = request.get("argv", [])
        self.script = request.get("script")
        self.checkpoint = request.get("checkpoint", "u")
        self.resources = request.get("resources", {})
        self.variables = request.get("variables", {})
        self.rerunable = request.get("rerunable", True)
        self.queue = request.get("queue", "workq")
        self.directory = request.get("directory", "/")
        self.outputs = request.get("outputs", {})
        self.state, self.substate = "Q", 10
        self.holds = set("u") if request.get("hold") else set()
        self.run_version = self.run_count = 0
        self.host = None
        self.pinned = None       # exec_vnode of a job that was checkpointed by mom
        self.rejected = False    # the next start of a pinned job is refused with 15004
        self.exit_status = None
        self.created = time.strftime("%a %b %d %H:%M:%S %Y")
        self.comment = ""
        self.spool = {}
        self.rerunning = False
        self.preempting = False
        self.restarted = False   # natively: the server leaves it at substate 41

    @property
    def exec_host(self):
        """A job of two chunks is led from the host that runs it here."""
        others = [host for host in HOSTS if host != self.host] if self.resources.get("select", "")[:1] == "2" else []
        return "+".join(host + "/0" for host in [self.host] + others) if self.host else None

    def is_asked_of_mom(self):
        """Whether a hold is: not before the job runs, which the server does not see of one that was restarted natively."""
        return self.substate != 41 or self.restarted and not wire.has_bug("silent-second-hold")

    def record(self):
        fields = {
            "Job_Name": self.name, "Job_Owner": self.owner + "@n1", "job_state": self.state, "queue": self.queue,
            "substate": self.substate, "Checkpoint": self.checkpoint, "Hold_Types": "".join(sorted(self.holds)) or "n",
            "Rerunable": str(self.rerunable), "run_count": self.run_count, "run_version": self.run_version,
            "Resource_List": self.resources, "comment": self.comment, "ctime": self.created,
        }
        if self.host:
            fields["exec_host"] = self.exec_host
        if self.pinned:
            fields["exec_vnode"] = "(%s:ncpus=1)" % self.pinned
        if self.exit_status is not None:
            fields["Exit_status"] = self.exit_status
        return fields

    def order(self):
        keys = ("id", "owner", "name", "command", "script", "checkpoint", "resources", "variables", "run_version",
                "rerunable", "spool", "directory", "outputs", "exec_host")
        return {key: getattr(self, key) for key in keys}


class Server:
    def __init__(self):
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.jobs = {}
        self.moms = {}
        self.offline = set()
        self.deaths = {}
        self.next = 1
        self.cut = set()
        self.exported = {}
        self.objects = {"node": "", "server": "node_fail_requeue = 310\n", "sched": "preempt_order = \"SCR\"\n"}

    # ---- moms -------------------------------------------------------------------------------------------------------

    def greet(self, line):
        first = line.receive()
        if first and "mom" in first:
            self.hear_mom(first["mom"], line, first)
        elif first:
            answer = self.command(first, line.uid())
            try:
                line.send(**answer)
            except OSError:
                pass
            line.close()

    def hear_mom(self, host, line, hello):
        with self.changed:
            if host in self.cut:
                line.close()
                return
            self.moms[host] = line
            self.deaths.pop(host, None)
            for job in self.jobs.values():
                if job.host == host and job.state in "RE" and job.id not in hello.get("jobs", []):
                    line.send(op="discard", job=job.id)
                    self.requeue(job, -2)
            line.send(op="welcome")
            self.schedule()
            self.changed.notify_all()
        message = line.receive()
        while message:
            with self.changed:
                self.obey_mom(host, message)
                self.schedule()
                self.changed.notify_all()
            message = line.receive()
        with self.changed:
            if self.moms.get(host) is line:
                del self.moms[host]
                self.deaths[host] = time.monotonic()
                self.changed.notify_all()

    def obey_mom(self, host, message):
        job = self.jobs.get(message["job"])
        if job is None or job.host != host or message.get("run_version") != job.run_version:
            return
        if message["op"] == "obit":
            self.obit(job, message)
        elif message["op"] == "held":
            job.state, job.substate, job.pinned, job.host = "H", 60, host, None
            job.restarted = False
            job.preempting = False
            if "s" in job.holds:
                job.holds.discard("s")
                job.state = "Q"
        elif message["op"] == "hold_failed" and job.preempting:
            job.holds.discard("s")
            self.rerun(job)
        elif message["op"] == "hold_failed":
            job.comment = "15061"
        elif message["op"] == "running":
            job.restarted = message.get("restarted", False)
            job.substate = 41 if job.restarted else 42

    def obit(self, job, message):
        job.spool = message.get("spool", {})
        job.exit_status = message["status"]
        if message.get("hold"):
            job.holds |= set(message["hold"])
        if job.rerunning or message.get("rerun"):
            job.rejected = bool(job.pinned) and not job.rerunning
            self.requeue(job, message["status"])
        else:
            job.state, job.substate = "F", 92
            job.host = None

    def requeue(self, job, status):
        job.exit_status = status
        job.rerunning = job.preempting = False
        job.host = None
        if not job.rerunable:
            job.state, job.substate = "F", 91
            return
        if job.run_count > RUN_LIMIT:
            job.holds.add("s")
        if not job.rejected:
            job.pinned = None
        job.state, job.substate = ("H", 20) if job.holds else ("Q", 10)

    def watch(self):
        """Requeues what was on nodes that died long enough ago."""
        while True:
            time.sleep(0.05)
            with self.changed:
                for host, when in list(self.deaths.items()):
                    if time.monotonic() - when >= NODE_FAIL_REQUEUE:
                        del self.deaths[host]
                        for job in self.jobs.values():
                            if job.host == host and job.state in "RE":
                                job.spool = {}
                                job.pinned = None
                                self.requeue(job, -20)
                self.schedule()
                self.changed.notify_all()

    # ---- scheduler --------------------------------------------------------------------------------------------------

    def free(self):
        busy = {job.host for job in self.jobs.values() if job.host}
        return [host for host in sorted(self.moms) if host not in busy and host not in self.offline]

    def schedule(self):
        waiting = [job for job in self.jobs.values() if job.state == "Q" and not job.holds]
        waiting.sort(key=lambda job: job.queue != "express")
        for job in waiting:
            if job.rejected:
                job.rejected, job.pinned = False, None  # 15004: the mark is cleared, the next cycle runs it anywhere
                continue
            hosts = [job.pinned] if job.pinned else self.free()
            wanted = job.resources.get("host")
            hosts = [host for host in hosts if host in self.free() and wanted in (None, host)]
            if hosts:
                self.start(job, hosts[0])
            elif job.queue == "express":
                self.preempt()

    def start(self, job, host):
        job.host = host
        job.state, job.substate = "R", 41
        job.run_count += 0 if job.pinned else 1
        job.run_version += 0 if job.pinned else 1
        job.exit_status = None
        try:
            self.moms[host].send(op="restart" if job.pinned else "run", order=job.order())
        except OSError:
            job.substate = 41

    def preempt(self):
        """By checkpoint where the scheduler may and MoM can, else by requeue."""
        for job in self.jobs.values():
            if job.state == "R" and job.queue != "express" and not job.rerunning and not job.preempting:
                job.preempting = True
                if "C" in self.preempt_order() and job.is_asked_of_mom():
                    job.holds.add("s")
                    self.moms[job.host].send(op="hold", job=job.id)
                else:
                    self.rerun(job)
                return

    def preempt_order(self):
        lines = [line for line in self.objects["sched"].splitlines() if line.startswith("preempt_order")]
        return lines[-1].partition("=")[2].strip().strip('"')

    def rerun(self, job):
        job.rerunning = True
        self.moms[job.host].send(op="rerun", job=job.id)

    # ---- commands ---------------------------------------------------------------------------------------------------

    def command(self, request, uid):
        name = request["command"]
        try:
            with self.changed:
                answer = getattr(self, name.replace("-", "_"))(request, uid) or {}
                self.schedule()
                self.changed.notify_all()
                return {"rc": 0, "out": "", **answer}
        except Refused as refused:
            return {"rc": refused.rc, "out": str(refused)}

    def job(self, request, uid):
        job = self.jobs.get(request["job"])
        if job is None or job.state == "F" and request["command"] != "qstat":
            raise Refused(153, "Unknown Job Id " + request["job"])
        if request["command"] != "qstat" and uid and wire.accounts().get(job.owner) != uid:
            raise Refused(159, "Unauthorized Request " + job.id)
        return job

    def qsub(self, request, uid):
        names = {number: name for name, number in wire.accounts().items()}
        if not re.fullmatch(r"[nscwu]|[cw]=[1-9]\d*", request.get("checkpoint", "u")) or request.get("checkpoint") == "u":
            if "checkpoint" in request:
                raise Refused(168, "qsub: illegal -c value")
        count = request.get("array")
        identity = "%d%s.n1" % (self.next, "[]" if count else "")
        candidate = Job(identity, names[uid], request)
        self.srv_hook("queuejob", candidate)
        self.next += 1
        if count:
            for index in range(count):
                sub = Job("%d[%d].n1" % (self.next - 1, index + 1), names[uid], request)
                self.jobs[sub.id] = sub
        else:
            self.jobs[identity] = candidate
        return {"out": identity + "\n"}

    def srv_hook(self, event, job, before=None):
        hook = os.path.join(wire.BED, "server_hooks", "ckpt_srv.py")
        if not os.path.exists(hook):
            return
        question = {"event": event, "job": job.order(), **({"job_o": before.order()} if before else {})}
        python = os.path.join(os.path.dirname(os.path.abspath(__file__)), "stub", "pbs_python")
        with tempfile.TemporaryDirectory() as directory:
            paths = [os.path.join(directory, name) for name in ("in", "out")]
            with open(paths[0], "w", encoding="utf-8") as file:
                json.dump(question, file)
            subprocess.run([sys.executable, python, "--hook", "-i", paths[0], "-o", paths[1], "-L", "/", "-e", "511", hook],
                           check=True)
            with open(paths[1], encoding="utf-8") as file:
                verdict = json.load(file)
        if verdict.get("reject"):
            raise Refused(15, verdict["reject"])

    def qstat(self, request, uid):
        ids = [request["job"]] if request.get("job") else list(self.jobs)
        jobs = {each: self.job({"job": each, "command": "qstat"}, uid).record() for each in ids}
        return {"out": json.dumps({"timestamp": int(time.time()), "pbs_version": "23.06.06", "Jobs": jobs})}

    def qselect(self, request, uid):
        chosen = [job.id for job in self.jobs.values() if job.owner == request["owner"] and job.state != "F"]
        return {"out": "".join(each + "\n" for each in chosen)}

    def qrerun(self, request, uid):
        if uid:
            raise Refused(159, "Unauthorized Request")
        job = self.job(request, uid)
        if job.state != "R":
            raise Refused(168, "15018 Request invalid for state of job")
        before = job.run_version
        self.rerun(job)
        self.await_change(lambda: job.state not in "RE" or job.run_version != before, 45)

    def qdel(self, request, uid):
        job = self.job(request, uid)
        if job.state == "R":
            self.moms[job.host].send(op="delete", job=job.id)
        else:
            job.state = "F"

    def qhold(self, request, uid):
        job = self.job(request, uid)
        if "[" in job.id:
            raise Refused(168, "invalid request")
        job.holds.add("u")
        if job.state == "Q":
            job.state, job.substate = "H", 20
        elif job.state == "R" and job.is_asked_of_mom():
            job.comment = ""
            self.moms[job.host].send(op="hold", job=job.id)
            self.await_change(lambda: job.state == "H" or job.comment == "15061" or job.state == "F", 60)
            if job.comment == "15061":
                raise Refused(213, "qhold: 15061 checkpoint failed")

    def qrls(self, request, uid):
        job = self.job(request, uid)
        job.holds.clear()
        if job.state == "H":
            job.state, job.substate = "Q", 10

    def qsig(self, request, uid):
        job = self.job(request, uid)
        self.moms[job.host].send(op="signal", job=job.id, signal=request["signal"])

    def qalter(self, request, uid):
        job = self.job(request, uid)
        altered = copy.copy(job)
        altered.resources = {**job.resources, **request.get("resources", {})}
        self.srv_hook("modifyjob", altered, job)
        job.resources = altered.resources
        job.comment = request.get("comment", job.comment)

    def pbsnodes(self, request, uid):
        host = request.get("host")
        if request.get("offline"):
            self.offline.add(host)
        if request.get("clear"):
            self.offline.discard(host)
        nodes = {each: {"Mom": each, "state": self.node_state(each)} for each in HOSTS}
        return {"out": json.dumps({"nodes": {host: nodes[host]} if host else nodes})}

    def qmgr(self, request, uid):
        """create, set, list, delete and import, of what the bed needs of it."""
        if uid:
            raise Refused(159, "qmgr: Unauthorized Request")
        verb, kind, *rest = request["line"].split(None, 2)
        name = "%s %s" % (kind, rest[0].split()[0]) if kind in ("hook", "resource") else kind
        if verb == "create":
            enabled = "enabled = true\n" if kind == "hook" else ""
            self.objects[name] = rest[0].partition(" ")[2].replace(",", "\n") + "\n" + enabled
        elif name not in self.objects:
            raise Refused(1, "qmgr obj=%s svr=default: unknown %s" % (name, kind))
        elif verb == "delete":
            del self.objects[name]
            for path in self.hook_files(rest[0]) if kind == "hook" else ():
                if os.path.exists(path):
                    os.unlink(path)
        elif verb == "set":
            self.change(name, request["line"].partition(name)[2].strip())
        elif verb == "import":
            self.import_hook(*rest[0].split())
        elif verb == "export":
            return {"out": self.exported[tuple(rest[0].split()[:2])]}
        return {"out": name.capitalize() + "\n" + self.objects[name]} if verb == "list" else {}

    def change(self, name, setting):
        attribute = setting.partition(" ")[0]
        others = [line for line in self.objects[name].splitlines() if line.partition(" ")[0] != attribute]
        self.objects[name] = "\n".join([*others, setting, ""])

    def import_hook(self, name, form, _, path):
        path = path.replace("/srv/ckpt", os.environ["CKPT_INSTALL"])  # hosts see it there, the server does not
        with open(path, encoding="utf-8") as file:
            self.exported[name, form] = file.read()
        for copy_of in self.hook_files(name, ("py", "PY") if "python" in form else ("json", "CF")):
            shutil.copy(path, copy_of)

    @staticmethod
    def hook_files(name, suffixes=("py", "json", "PY", "CF")):
        """Where a hook lies: with the server, or copied to each mom."""
        if name == "ckpt_srv":
            paths = [os.path.join(wire.BED, "server_hooks", name + "." + each) for each in suffixes if each.islower()]
        else:
            hooks = [os.path.join(wire.BED, "hosts", host, "spool", "mom_priv", "hooks") for host in HOSTS]
            paths = [os.path.join(each, name + "." + suffix) for each in hooks for suffix in suffixes if suffix.isupper()]
        return paths

    def cut_off(self, request, uid):
        """Takes a host's connection away, or gives it back: what runs there runs on."""
        host = request["host"]
        if request.get("heal"):
            self.cut.discard(host)
        else:
            self.cut.add(host)
            self.moms[host].close()

    def node_state(self, host):
        states = [] if host in self.moms else ["down"]
        states += ["offline"] if host in self.offline else []
        return ",".join(states) or "free"

    def await_change(self, condition, seconds):
        if not self.changed.wait_for(condition, seconds):
            raise Refused(163, "timed out")


class Refused(Exception):
    def __init__(self, rc, text):
        super().__init__(text)
        self.rc = rc


if __name__ == "__main__":
    server = Server()
    threading.Thread(target=server.watch, daemon=True).start()
    wire.serve(wire.SERVER, server.greet)
