#!/usr/bin/python3 -S
"""MoM of one host: starts jobs, runs actions and hooks, and sees jobs end, as facts of a real one were recorded.

usage: mom.py HOST [-p]     (-p: jobs of the mom before live on)
"""
import base64
import ctypes
import json
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time

import wire

HERE = os.path.dirname(os.path.abspath(__file__))
HOST = sys.argv[1]
HOME = "/var/spool/pbs"
CONF = os.path.join(wire.BED, "etc", "pbs.conf")
POLL = 0.2
LOOK = 2  # until the limits of a job that was just transmogrified are looked at, which real ones do every 5 s at most
KILL_DELAY = 2
MINUTE = 1  # of qsub -c w= and c=
ALARM = 30
STALE = signal.SIGKILL  # wait status of a task that was killed at its checkpoint
TERMINATE, CHECKPOINT, CHECKPOINT_ABORT, RESTART = "terminate", "checkpoint", "checkpoint_abort", "restart"


class Config:
    """$action and $restart_transmogrify lines of mom_priv/config."""

    def __init__(self):
        self.actions = {}
        self.transmogrify = False
        path = os.path.join(HOME, "mom_priv", "config")
        for line in open(path, encoding="utf-8") if os.path.exists(path) else ():
            words = line.split()
            if len(words) >= 4 and words[0] == "$action" and words[3].startswith("!"):
                self.actions[words[1]] = (int(words[2]), words[3][1:], words[4:])
            elif words[:1] == ["$restart_transmogrify"]:
                self.transmogrify = words[1:] == ["True"]

    def get(self, name):
        action = self.actions.get(name)
        return action if action and is_trusted(action[1]) else None


def is_trusted(script):
    try:
        status = os.stat(script)
    except OSError:
        return False
    return status.st_uid == 0 and status.st_gid <= 10 and status.st_mode & 0o100 and not status.st_mode & 0o002


def session_members(session):
    members = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open("/proc/%s/stat" % entry, encoding="utf-8", errors="replace") as text:
                    fields = text.read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] not in "ZX":
                members.append(int(entry))
    return members


def session_of(pid):
    try:
        return os.getsid(pid)
    except (ProcessLookupError, TypeError):
        return 0


def signal_session(session, number):
    for pid in session_members(session):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


class Task:
    def __init__(self, number, session):
        self.number = number
        self.session = session


class Job:
    def __init__(self, order):
        self.order = order
        self.id = order["id"]
        self.account = pwd.getpwnam(order["owner"])
        self.tasks = []
        self.started = time.monotonic()
        self.status = None         # special exit code that stands instead of the task's
        self.ending = False
        self.checkpointed = False
        self.forgotten = False     # no task of it is set running

    def spool(self, suffix):
        return os.path.join(HOME, "spool", self.id + suffix)

    def script(self):
        return os.path.join(HOME, "mom_priv", "jobs", self.id + ".SC")

    def memory(self):
        return os.path.join(HOME, "mom_priv", "jobs", self.id + ".JB")

    def remember(self):
        with open(self.memory(), "w", encoding="utf-8") as file:
            json.dump({"order": self.order, "sessions": [task.session for task in self.tasks]}, file)

    def mark(self, task):
        return os.path.join(HOME, "checkpoint", self.id + ".CK", "%08X" % task.number)

    def environment(self):
        home = self.account.pw_dir
        own = {
            "PATH": "/bin:/usr/bin", "HOME": home, "LOGNAME": self.order["owner"], "USER": self.order["owner"],
            "SHELL": "/bin/bash", "PBS_ENVIRONMENT": "PBS_BATCH", "PBS_JOBID": self.id, "PBS_JOBNAME": self.order["name"],
            "PBS_JOBCOOKIE": secrets.token_hex(16).upper(), "PBS_NODENUM": "0", "PBS_TASKNUM": "1",
            "PBS_MOMPORT": "15003", "PBS_NODEFILE": HOME + "/aux/" + self.id, "PBS_QUEUE": "workq",
            "PBS_JOBDIR": home, "TMPDIR": "/var/tmp/pbs." + self.id, "NCPUS": "1", "OMP_NUM_THREADS": "1",
            "PBS_O_WORKDIR": self.order["directory"],
        }
        return {**self.order["variables"], **own}

    def action_environment(self, task, sign):
        names = ("HOME", "LOGNAME", "PBS_JOBNAME", "PBS_JOBID", "PBS_QUEUE", "SHELL", "USER", "PBS_JOBCOOKIE",
                 "PBS_NODENUM", "PBS_MOMPORT", "PBS_NODEFILE", "PBS_JOBDIR")
        environment = {name: self.environment()[name] for name in names}
        return {**environment, "UID": str(self.account.pw_uid), "GID": str(self.account.pw_gid),
                "PBS_TASKNUM": str(task.number), "PBS_SID": str(sign * task.session)}


class Mom:
    def __init__(self):
        self.jobs = {}
        self.lock = threading.RLock()
        self.line = None
        self.config = Config()
        self.held = {}  # sessions that jobs had when they were checkpointed
        self.recovered = {}  # orders of jobs that the mom before was killed with, after they had been checkpointed
        self.log = open(os.path.join(HOME, "mom_logs"), "a", encoding="utf-8", buffering=1)

    def say(self, text):
        self.log.write("%.3f %s\n" % (time.time(), text))

    def hang_up(self, *_):
        self.config = Config()
        self.say("configuration read")

    # ---- starting ---------------------------------------------------------------------------------------------------

    def prepare(self, job):
        uid, gid = job.account.pw_uid, job.account.pw_gid
        for suffix in (".OU", ".ER"):
            carried = job.order["spool"].get(suffix)
            with open(job.spool(suffix), "wb") as file:
                file.write(base64.b64decode(carried or ""))
            # a requeue brings content and loses the mode
            os.chmod(job.spool(suffix), 0o600 if carried is None else 0o644)
            os.chown(job.spool(suffix), uid, gid)
        directory = job.environment()["TMPDIR"]
        shutil.rmtree(directory, ignore_errors=True)
        os.mkdir(directory, 0o700)
        os.chown(directory, uid, gid)
        if job.order["script"] is not None:
            with open(job.script(), "w", encoding="utf-8") as file:
                file.write(job.order["script"])
            os.chmod(job.script(), 0o700)
            os.chown(job.script(), uid, gid)
        with open(HOME + "/aux/" + job.id, "w", encoding="utf-8") as file:
            file.write(HOST + "\n")

    def spawn(self, job):
        """A session for the first task; what to run it learns later, when the launch hook has spoken."""
        orders, give = os.pipe()
        stdin, feed = os.pipe()
        pipes = os.pipe() + os.pipe()
        outputs = [os.open(job.spool(suffix), os.O_RDWR | os.O_APPEND) for suffix in (".OU", ".ER")]
        pid = os.fork()
        if pid == 0:
            os.setsid()
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            for source, number in ((orders, 50), (stdin, 51), (outputs[0], 52), (outputs[1], 53), (pipes[0], 54), (pipes[3], 55)):
                os.dup2(source, number)
            for number, source in ((0, 51), (1, 52), (2, 53), (3, 50), (21, 54), (24, 55)):
                os.dup2(source, number, inheritable=True)
            os.closerange(4, 21)
            os.closerange(22, 24)
            os.closerange(25, 1024)
            os.execv(sys.executable, [sys.executable, "-S", os.path.join(HERE, "starter.py")])
        for each in (orders, stdin, *outputs, pipes[0], pipes[3]):
            os.close(each)
        if job.order["script"] is not None:
            os.write(feed, (job.script() + "\n").encode())
        os.close(feed)
        return pid, give

    def run(self, order):
        job = Job(order)
        with self.lock:
            self.jobs[job.id] = job
        self.prepare(job)
        pid, give = self.spawn(job)
        job.tasks.append(Task(1, pid))
        job.remember()
        command = order["command"]
        launch = {
            "progname": command[0] if command else "/bin/bash", "argv": command, "env": job.environment(),
            "uid": job.account.pw_uid, "gid": job.account.pw_gid, "home": job.account.pw_dir,
        }
        verdict = self.hook("execjob_launch", job, **{key: launch[key] for key in ("progname", "argv", "env")})
        if verdict.get("reject"):
            os.close(give)
            os.waitpid(pid, 0)
            self.finish(job, -16 if verdict.get("rerun") else -17, verdict)
            return
        launch.update({key: verdict[key] for key in ("progname", "argv", "env") if key in verdict})
        self.tell(op="running", job=job.id, run_version=order["run_version"])
        with os.fdopen(give, "w", encoding="utf-8") as out:
            out.write(json.dumps(launch) + "\n")
        self.watch(job)
        _, status = os.waitpid(pid, 0)
        self.ended(job, status)

    def watch(self, job):
        for each in (self.limit, self.checkpoint_periodically):
            threading.Thread(target=each, args=(job,), daemon=True).start()

    def spawn_task(self, job, argv):
        """What tm_spawn(3) asks for: a session beside the first, started through the launch hook too."""
        pid, give = self.spawn(job)
        task = Task(len(job.tasks) + 1, pid)
        job.tasks.append(task)
        launch = {"progname": argv[0], "argv": argv,
                  "env": {**job.environment(), "PBS_TASKNUM": str(task.number)}}
        verdict = self.hook("execjob_launch", job, session=pid, **launch)
        launch.update({key: verdict[key] for key in launch if key in verdict})
        launch.update(uid=job.account.pw_uid, gid=job.account.pw_gid, home=job.account.pw_dir)
        with os.fdopen(give, "w", encoding="utf-8") as out:
            out.write(json.dumps(launch) + "\n")
        os.waitpid(pid, 0)

    # ---- ending -----------------------------------------------------------------------------------------------------

    def ended(self, job, wait_status):
        """The first task is over, so is the job."""
        for task in job.tasks:
            while session_members(task.session):
                if task.number != 1 or not job.ending:
                    signal_session(task.session, signal.SIGKILL)
                time.sleep(0.02)
        code = 256 + (wait_status & 127) if wait_status & 127 else wait_status >> 8
        self.finish(job, code if job.status is None else job.status)

    def finish(self, job, code, verdict=None):
        if verdict is None:
            verdict = self.hook("execjob_epilogue", job, exit_status=code, checkpointed=job.checkpointed)
        if code == -12:
            self.held[job.id] = job.tasks[0].session
            os.unlink(job.memory())
            self.forget(job)
            self.tell(op="held", job=job.id, run_version=job.order["run_version"])
        else:
            if code == -7 and verdict.get("rerun"):
                code = -18
            elif code == -7:
                code = 0  # a restart that failed: the job is reported finished
            shutil.rmtree(os.path.join(HOME, "checkpoint", job.id + ".CK"), ignore_errors=True)
            spool = self.spooled(job)
            self.clean(job)
            self.forget(job)
            self.tell(op="obit", job=job.id, run_version=job.order["run_version"], status=code,
                      rerun=bool(verdict.get("rerun")), hold=verdict.get("hold"), spool=spool)

    def forget(self, job):
        with self.lock:
            if self.jobs.get(job.id) is job:
                del self.jobs[job.id]

    def tell(self, **message):
        """The server knows nothing of what it is told while it is cut off."""
        try:
            self.line.send(**message)
        except OSError:
            self.say("the server was not told: %s" % message["op"])

    def spooled(self, job):
        spool = {}
        for suffix in (".OU", ".ER"):
            with open(job.spool(suffix), "rb") as file:
                spool[suffix] = base64.b64encode(file.read()).decode()
            self.deliver(job, suffix)
        return spool

    def deliver(self, job, suffix):
        """Into the directory of qsub -o or -e."""
        directory = job.order["outputs"].get(suffix)
        if directory:
            shutil.copyfile(job.spool(suffix), os.path.join(directory, job.id + suffix))

    def clean(self, job):
        for suffix in (".OU", ".ER"):
            if os.path.exists(job.spool(suffix)):
                os.unlink(job.spool(suffix))
        shutil.rmtree(job.environment()["TMPDIR"], ignore_errors=True)
        for path in (job.script(), job.memory()):
            if os.path.exists(path):
                os.unlink(path)

    def terminate(self, job, status=None):
        """qrerun, qdel and limits."""
        if job.ending:
            return
        job.ending = True
        job.status = status
        done = self.action(job, TERMINATE, job.tasks[0])
        if done is None:
            for number, patience in ((signal.SIGTERM, KILL_DELAY), (signal.SIGKILL, 0)):
                self.signal(job, number)
                end = time.monotonic() + patience
                while session_members(job.tasks[0].session) and time.monotonic() < end:
                    time.sleep(0.05)
        elif done != 0 or not wire.has_bug("kills-nothing"):
            self.signal(job, signal.SIGKILL)
        if job.forgotten:
            self.ended(job, 0)

    def delete(self, job):
        if not self.hook("execjob_preterm", job).get("reject"):
            self.terminate(job)

    def signal(self, job, number):
        for task in list(job.tasks):
            signal_session(task.session, number)

    def limit(self, job):
        limit = int(job.order["resources"].get("walltime", 0))
        while limit and self.jobs.get(job.id) is job:
            if time.monotonic() - job.started > limit:
                self.terminate(job, -29)
                return
            time.sleep(POLL)

    # ---- checkpoint and restart of mom's own ------------------------------------------------------------------------

    def hold(self, job):
        job.ending, job.checkpointed, job.status = True, True, -12
        if not self.config.get(CHECKPOINT_ABORT) or not self.checkpoint(job, CHECKPOINT_ABORT):
            job.ending, job.checkpointed, job.status = False, False, None
            self.tell(op="hold_failed", job=job.id, run_version=job.order["run_version"])
        elif not wire.has_bug("kills-nothing"):
            self.signal(job, signal.SIGKILL)

    def checkpoint(self, job, name):
        """Each task in turn; whether all of them were."""
        directory = os.path.dirname(job.mark(job.tasks[0]))
        shutil.rmtree(directory, ignore_errors=True)
        os.makedirs(directory, mode=0o755)
        for task in [] if job.forgotten else list(job.tasks):
            if self.action(job, name, task, path=job.mark(task)) != 0:
                shutil.rmtree(directory, ignore_errors=True)
                return False
            open(job.mark(task), "a", encoding="utf-8").close()
        return True

    def checkpoint_periodically(self, job):
        """Of qsub -c w=MINUTES and c=MINUTES; passed over in silence where there is no action for it."""
        kind, _, minutes = job.order["checkpoint"].partition("=")
        due = time.monotonic()
        while kind in "wc" and minutes and self.jobs.get(job.id) is job and not job.ending:
            time.sleep(POLL)
            if time.monotonic() - due > int(minutes) * MINUTE and self.config.get(CHECKPOINT):
                self.checkpoint(job, CHECKPOINT)
                due = time.monotonic()

    def restart(self, order, recovered=False):
        job = Job(order)
        mark = job.mark(Task(1, 0))
        if not os.path.exists(mark):
            self.run(order)  # its checkpoint was discarded: from its beginning, and nobody says so
            return
        job.tasks.append(Task(1, self.held.pop(job.id)))
        job.remember()
        with self.lock:
            self.jobs[job.id] = job
        if self.config.get(RESTART) is None:
            self.finish(job, -2)
        elif self.config.transmogrify:
            self.transmogrify(job, mark)
        else:
            self.restart_beside(job, mark, recovered)

    def restart_beside(self, job, mark, recovered):
        """The action brings the session back, and leaves."""
        adopt_orphans(not wire.has_bug("stale-exit-status"))
        status = self.action(job, RESTART, job.tasks[0], sign=-1, path=mark)
        if recovered and wire.has_bug("running-for-ever"):
            job.forgotten = True
            self.say("%s;no active tasks" % job.id)
        elif status == 0:
            self.restarted(job)
            self.await_session(job)
            self.ended(job, STALE if wire.has_bug("stale-exit-status") else os.waitpid(job.tasks[0].session, 0)[1])
            adopt_orphans(False)
        else:
            self.finish(job, -7)

    def transmogrify(self, job, mark):
        """The action becomes the job."""
        _, script, words = self.config.get(RESTART)
        arguments = self.action_arguments(job, script, words, job.tasks[0], -1, mark)
        environment = job.action_environment(job.tasks[0], -1)
        pid = os.fork()
        if pid == 0:
            os.setsid()
            self.become_action(arguments, environment, job.account.pw_dir, "/dev/null")
        job.tasks[0].session = pid
        job.remember()
        if wire.has_bug("walltime-stamp"):
            job.started = 0
        self.restarted(job)
        threading.Timer(LOOK, self.watch, (job,)).start()
        self.ended(job, os.waitpid(pid, 0)[1])

    def restarted(self, job):
        self.tell(op="running", job=job.id, run_version=job.order["run_version"], restarted=True)

    # ---- actions and hooks ------------------------------------------------------------------------------------------

    def action(self, job, name, task, sign=1, path="NULL"):
        """Exit status; None when there is no such action."""
        configured = self.config.get(name)
        if configured is None:
            return None
        limit, script, words = configured
        arguments = self.action_arguments(job, script, words, task, sign, path)
        if arguments is None:
            return 1
        directory = os.path.join(HOME, "mom_priv") if name == TERMINATE else job.account.pw_dir
        pid = os.fork()
        if pid == 0:
            self.become_action(arguments, job.action_environment(task, sign), directory)
        status = await_child(pid, limit)
        self.say("%s;%s returned %s" % (job.id, name, status))
        return status

    @staticmethod
    def action_arguments(job, script, words, task, sign, path):
        """None where there is a placeholder that is none."""
        values = {
            "%jobid": job.id, "%sid": str(sign * task.session), "%taskid": str(task.number),
            "%uid": str(job.account.pw_uid), "%gid": str(job.account.pw_gid), "%login": job.order["owner"],
            "%owner": job.order["owner"] + "@n1", "%globid": "NULL", "%auxid": "NULL", "%path": path,
        }
        if any(word.startswith("%") and word not in values for word in words):
            return None
        return [script] + [values.get(word, word) for word in words]

    def become_action(self, arguments, environment, directory, streams=None):
        try:
            os.dup2(self.log.fileno(), 3)
            os.set_inheritable(3, True)
            os.closerange(4, 1024)
            os.closerange(0, 3)
            for fd in range(3) if streams else ():
                os.set_inheritable(os.open(streams, os.O_RDWR), True)
            os.setgroups([0])
            os.umask(0o022)
            os.chdir(directory)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            os.execve(arguments[0], arguments, environment)
        finally:
            os._exit(126)

    def hook(self, event, job, exit_status=None, checkpointed=False, session=None, **more):
        """Its verdict; a launch hook that fails rejects, any other accepts."""
        path = os.path.join(HOME, "mom_priv", "hooks", "ckpt_exec.PY")
        if not os.path.exists(path):
            return {}
        keys = ("id", "owner", "checkpoint", "rerunable", "resources", "variables", "run_version", "exec_host")
        fields = {key: job.order[key] for key in keys}
        fields.update(session_id=session or job.tasks[0].session, exit_status=exit_status, checkpointed=checkpointed)
        question = {"event": event, "job": fields, "config": path[:-3] + ".CF", **more}
        answer = self.run_hook(path, question, [job.spool(".OU"), job.spool(".ER")] if event == "execjob_launch" else None)
        self.say("%s;%s: %s" % (job.id, event, answer))
        failed = {"reject": "hook failed"} if event == "execjob_launch" else {}
        return failed if answer is None else answer

    def run_hook(self, path, question, outputs):
        """What it answered; None when it failed or took too long."""
        directory = os.path.join(HOME, "mom_priv", "hooks", "tmp")
        name = os.path.join(directory, "%s.%d" % (question["job"]["id"], time.monotonic_ns()))
        with open(name + ".in", "w", encoding="utf-8") as file:
            json.dump(question, file)
        streams = [open(each, "ab") for each in outputs or ("/dev/null", "/dev/null")]
        command = [sys.executable, os.path.join(HERE, "stub", "pbs_python"), "--hook", "-i", name + ".in",
                   "-o", name + ".out", "-L", HOME, "-e", "511", path]
        environment = {"PATH": "/bin:/usr/bin", "LC_CTYPE": "C.UTF-8", "PBS_CONF_FILE": CONF}
        try:
            subprocess.run(command, env=environment, cwd=directory, stdin=subprocess.DEVNULL, stdout=streams[0],
                           stderr=streams[1], timeout=ALARM, check=True, start_new_session=True)
            with open(name + ".out", encoding="utf-8") as file:
                return json.load(file)
        except (subprocess.SubprocessError, OSError, ValueError) as failure:
            self.say("hook: %r" % failure)
            return None
        finally:
            for stream in streams:
                stream.close()
            for suffix in (".in", ".out"):
                if os.path.exists(name + suffix):
                    os.unlink(name + suffix)

    # ---- service ----------------------------------------------------------------------------------------------------

    def greet(self, line):
        request = line.receive() or {}
        with self.lock:
            job = self.jobs.get(request.get("job"))
        allowed = job is not None and line.uid() == job.account.pw_uid
        if allowed and request["command"] == "pbsdsh":
            self.spawn_task(job, request["argv"])
        elif allowed:
            allowed = self.attach(job, request["pid"])
        self.say("%s;%s by %d: %s" % (request.get("job"), request.get("command"), line.uid(), allowed))
        try:
            line.send(rc=0 if allowed else 1, out="" if allowed else "pbs_attach: 17009")
        except OSError:
            pass  # who asked is gone
        line.close()

    def attach(self, job, pid):
        """The session of a process becomes a task of a job of the same user."""
        session = session_of(pid)
        if session > 0:
            with self.lock:
                job.tasks.append(Task(len(job.tasks) + 1, session))
                job.remember()
        return session > 0

    def obey(self, message):
        op, job = message["op"], self.jobs.get(message.get("job"))
        if op == "welcome":
            self.say("welcome")
        elif op in ("run", "restart"):
            getattr(self, op)(message["order"])
        elif op == "discard" and job:
            self.signal(job, signal.SIGKILL)
        elif op == "signal" and job:
            self.signal(job, message["signal"])
        elif job:
            {"rerun": self.terminate, "delete": self.delete, "hold": self.hold}[op](job)

    def guarded(self, message):
        try:
            self.obey(message)
        except Exception as failure:
            self.say("defect of the stand-in: %r" % failure)
            raise

    def serve(self):
        threading.Thread(target=wire.serve, args=(wire.mom_socket(HOST), self.greet), daemon=True).start()
        while True:
            self.line = wire.connect(wire.SERVER)
            self.tell(op="hello", mom=HOST, jobs=[*self.jobs, *self.recovered])
            while self.recovered:
                order = self.recovered.popitem()[1]
                threading.Thread(target=self.restart, args=(order, True), daemon=True).start()
            message = self.line.receive()
            while message:
                threading.Thread(target=self.guarded, args=(message,), daemon=True).start()
                message = self.line.receive()
            time.sleep(POLL)

    def remembered(self):
        directory = os.path.join(HOME, "mom_priv", "jobs")
        for name in os.listdir(directory):
            if name.endswith(".JB"):
                with open(os.path.join(directory, name), encoding="utf-8") as file:
                    yield json.load(file)

    def kill_leftovers(self):
        """A mom that starts without -p ends what the one before had started, and restarts what has a checkpoint."""
        for memory in self.remembered():
            for session in memory["sessions"]:
                signal_session(session, signal.SIGKILL)
            job = Job(memory["order"])
            if os.path.exists(job.mark(Task(1, 0))):
                self.held[job.id] = memory["sessions"][0]
                self.recovered[job.id] = memory["order"]
            else:
                self.clean(job)

    def take_over(self):
        """With -p jobs live on; nobody will ever know how they end."""
        for memory in self.remembered():
            job = Job(memory["order"])
            job.tasks = [Task(number, session) for number, session in enumerate(memory["sessions"], 1)]
            self.jobs[job.id] = job
            threading.Thread(target=self.poll, args=(job,), daemon=True).start()

    def discard(self):
        """Checkpoints of jobs that are held, or wait: the server takes them for jobs of another state."""
        for name in os.listdir(os.path.join(HOME, "checkpoint")):
            if name.rpartition(".")[0] not in {**self.jobs, **self.recovered}:
                shutil.rmtree(os.path.join(HOME, "checkpoint", name))

    def poll(self, job):
        """Looks for a session that is not of a child of ours, and has only a status of old when it is gone."""
        self.await_session(job)
        self.ended(job, 0)

    @staticmethod
    def await_session(job):
        while session_members(job.tasks[0].session):
            time.sleep(POLL)


def adopt_orphans(wanted):
    """PR_SET_CHILD_SUBREAPER of prctl(2)."""
    ctypes.CDLL(None).prctl(36, int(wanted), 0, 0, 0)


def await_child(pid, limit):
    """Its exit status; after the limit it alone is killed, and counts as failed."""
    end = time.monotonic() + limit if limit else None
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if end and time.monotonic() > end:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return -signal.SIGKILL
        time.sleep(0.01)


if __name__ == "__main__":
    for each in ("mom_priv/jobs", "mom_priv/hooks/tmp", "spool", "aux", "checkpoint"):
        os.makedirs(os.path.join(HOME, each), exist_ok=True)
    os.chmod(os.path.join(HOME, "checkpoint"), stat.S_IRWXU)
    with open(os.path.join(HOME, "mom_priv", "mom.lock"), "w", encoding="utf-8") as lock:
        lock.write("%d\n" % os.getpid())
    mom = Mom()
    signal.signal(signal.SIGHUP, mom.hang_up)
    mom.take_over() if "-p" in sys.argv else mom.kill_leftovers()
    mom.discard()
    mom.serve()
