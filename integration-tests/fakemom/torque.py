#!/usr/bin/python3 -S
"""TORQUE's pbs_mom on one host, as far as it calls programs of ckpt's: argv, user, session and descriptors as in its source.

usage: torque.py serve PREFIX | qsub USER SCRIPT [NAME=VALUE]... | qchkpt | qhold | qrls | comment | wait JOB
"""
import os
import pwd
import resource
import shutil
import subprocess
import sys
import threading
import time

import wire

HOME = "/var/spool/torque"
SOCKET = os.path.join("/run", "torque.sock")


class Job:
    def __init__(self, identity, user):
        self.id = identity
        self.account = pwd.getpwnam(user)
        self.session = 0
        self.status = None
        self.comment = ""
        self.checkpoint = None

    def spool(self, suffix):
        return os.path.join(HOME, "spool", self.id + suffix)

    def directory(self):
        return os.path.join(HOME, "checkpoint", self.id + ".CK")


class Mom:
    def __init__(self, prefix):
        self.programs = os.path.join(prefix, "libexec", "ckpt")
        self.jobs = {}
        self.prologue = os.path.join(HOME, "prologue")
        for each in ("spool", "checkpoint"):
            os.makedirs(os.path.join(HOME, each), exist_ok=True)
        with open(self.prologue, "w", encoding="utf-8") as script:
            script.write('#!/bin/sh\nexec %s/torque-prologue "$@"\n' % self.programs)
        os.chmod(self.prologue, 0o500)

    def qsub(self, user, script, *variables):
        job = Job("%d.torque" % (len(self.jobs) + 1), user)
        self.jobs[job.id] = job
        for suffix in (".OU", ".ER"):
            fd = os.open(job.spool(suffix), os.O_WRONLY | os.O_CREAT, 0o600)
            os.fchown(fd, job.account.pw_uid, job.account.pw_gid)
            os.close(fd)
        self.fork(job, lambda: self.become_job(job, script, dict(each.split("=", 1) for each in variables)))
        return job.id

    def become_job(self, job, script, variables):
        os.setsid()
        user, group = job.account.pw_name, str(job.account.pw_gid)
        subprocess.run([self.prologue, job.id, user, group, "name", "nodes=1", "batch", ""], check=False)
        streams = (os.open(script, os.O_RDONLY), *(os.open(job.spool(each), os.O_WRONLY | os.O_APPEND) for each in (".OU", ".ER")))
        self.drop_to(job)
        for number, fd in enumerate(streams):
            os.dup2(fd, number, inheritable=True)
        home = job.account.pw_dir
        environment = {"PATH": "/bin:/usr/bin", "HOME": home, "USER": user, "PBS_JOBID": job.id, **variables}
        run_exe = os.path.join(self.programs, "torque-launch")
        os.execve(run_exe, [run_exe, "/bin/bash"], environment)

    @staticmethod
    def drop_to(job):
        os.setgroups([job.account.pw_gid])
        os.setgid(job.account.pw_gid)
        os.setuid(job.account.pw_uid)
        os.chdir(job.account.pw_dir)

    def fork(self, job, become):
        job.session = os.fork()
        if job.session == 0:
            try:
                become()
            finally:
                os._exit(126)
        threading.Thread(target=self.reap, args=(job, job.session), daemon=True).start()

    @staticmethod
    def reap(job, pid):
        job.status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def checkpoint(self, job, signal):
        name = "ckpt.%s.%d" % (job.id, time.time())
        shutil.rmtree(job.directory(), ignore_errors=True)
        os.mkdir(job.directory(), 0o700)
        os.chown(job.directory(), job.account.pw_uid, job.account.pw_gid)
        words = [os.path.join(self.programs, "torque-checkpoint"), job.session, job.id, job.account.pw_name,
                 job.account.pw_gid, job.directory(), name, signal, "-"]
        run = subprocess.run(" ".join(map(str, words)), shell=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                             text=True, check=False)
        job.comment = run.stderr
        job.checkpoint = name
        if run.returncode:
            shutil.rmtree(job.directory())
        return run.returncode

    def qchkpt(self, identity):
        return self.checkpoint(self.jobs[identity], 0)

    def qhold(self, identity):
        return self.checkpoint(self.jobs[identity], 15)

    def qrls(self, identity):
        job = self.jobs[identity]
        job.status = None
        former = job.session
        self.fork(job, lambda: self.become_restart(job, former))
        return 0

    def become_restart(self, job, former):
        for fd in range(3):
            os.dup2(os.open("/dev/null", os.O_RDWR), fd, inheritable=True)
        os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        os.setsid()
        script = os.path.join(self.programs, "torque-restart")
        os.execv(script, [script, str(former), job.id, job.account.pw_name, str(job.account.pw_gid), job.directory(),
                          job.checkpoint])

    def comment(self, identity):
        return self.jobs[identity].comment

    def status(self, identity):
        return self.jobs[identity].status

    def output(self, identity, suffix):
        with open(self.jobs[identity].spool(suffix), encoding="utf-8") as text:
            return text.read()

    def greet(self, line):
        request = line.receive()
        line.send(answer=getattr(self, request["verb"])(*request["words"]))
        line.close()


def ask(verb, *words):
    line = wire.connect(SOCKET)
    line.send(verb=verb, words=words)
    return line.receive()["answer"]


if sys.argv[1] == "serve":
    wire.serve(SOCKET, Mom(sys.argv[2]).greet)
answer = ask(*sys.argv[1:])
print("" if answer is None else answer, end="")
sys.exit(answer if isinstance(answer, int) and sys.argv[1].startswith("q") else 0)
